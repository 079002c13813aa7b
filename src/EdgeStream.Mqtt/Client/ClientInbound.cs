namespace EdgeStream.Mqtt;

/// <summary>What a client's session knows about messages that it has received: those whose acknowledgement hasn't gone
/// out yet, and the QoS 2 identifiers that wait for PUBREL.</summary>
/// <remarks>
/// Thread-safe. A message that comes again while its first coming is still with the host is not handed over a second
/// time: as long as no acknowledgement was written, the server can't have given its packet identifier to another one.
/// Once one was written that can't be told any more, so a QoS 1 message that comes again then is handed over again.
/// Bounded by the number of packet identifiers.
/// </remarks>
internal sealed class ClientInbound
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Taken> _taken = [];
    private readonly HashSet<ushort> _awaitingRelease = [];

    /// <summary>The server has no session: nothing of before comes again under its identifier.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            _taken.Clear();
            _awaitingRelease.Clear();
        }
    }

    /// <summary>Whether the message was handed over before and needs only its acknowledgement.</summary>
    internal bool IsRepeat(scoped in PublishPacket packet, int contentHash, out PublishReceipt receipt)
    {
        lock (_gate)
        {
            receipt = PublishReceipt.Accepted;
            if (packet.Qos == MqttQos.ExactlyOnce && _awaitingRelease.Contains(packet.PacketId))
            {
                return true;
            }

            if (!_taken.TryGetValue(packet.PacketId, out Taken taken)
                || taken.ContentHash != contentHash
                || !(packet.IsDuplicate || packet.Qos == MqttQos.ExactlyOnce))
            {
                return false;
            }

            receipt = taken.Receipt;
            return !receipt.IsDecided || receipt.Outcome.IsAccepted || receipt.Outcome.IsFinal;
        }
    }

    internal void Add(ushort packetId, int contentHash, PublishReceipt receipt)
    {
        lock (_gate)
        {
            _taken[packetId] = new Taken(receipt, contentHash);
        }
    }

    /// <summary>The acknowledgement is written.</summary>
    internal void Acknowledged(ushort packetId, MqttQos qos, bool isAccepted)
    {
        lock (_gate)
        {
            _taken.Remove(packetId);
            if (qos == MqttQos.ExactlyOnce && isAccepted)
            {
                _awaitingRelease.Add(packetId);
            }
        }
    }

    /// <summary>PUBREL came; false where its message isn't known.</summary>
    internal bool Release(ushort packetId)
    {
        lock (_gate)
        {
            return _awaitingRelease.Remove(packetId);
        }
    }

    private readonly record struct Taken(PublishReceipt Receipt, int ContentHash);
}
