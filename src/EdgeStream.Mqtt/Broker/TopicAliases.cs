namespace EdgeStream.Mqtt;

/// <summary>The topic names a client has given numbers on this connection (MQTT 5.0 section 3.3.2.3.4).</summary>
/// <remarks>They hold 128 KiB together, or 1 KiB for each number allowed where that is more. A number is noted also
/// where its message is refused, as the client may go on using it.</remarks>
internal sealed class TopicAliases
{
    private const int BytesMaxMin = 128 * 1024;
    private const int BytesForOne = 1024;

    private readonly int _maximum;
    private readonly int _bytesMax;
    private byte[]?[]? _topics;
    private int _bytes;

    internal TopicAliases(int maximum)
    {
        _maximum = maximum;
        _bytesMax = Math.Max(BytesMaxMin, BytesForOne * maximum);
    }

    /// <summary>The packet's topic name, noted under its alias or looked up by it.</summary>
    internal ReadOnlySpan<byte> Resolve(scoped in PublishPacket packet, ReadOnlySpan<byte> topic)
    {
        if (packet.Properties.TopicAlias is not { } alias)
        {
            return topic;
        }

        if (alias > _maximum)
        {
            // [MQTT-3.3.2-9].
            Reject.With(MqttReasonCode.TopicAliasInvalid, $"Topic alias {alias} is above the maximum of {_maximum}.");
        }

        _topics ??= new byte[_maximum + 1][];
        if (topic.IsEmpty)
        {
            byte[]? known = _topics[alias];
            if (known is null)
            {
                Reject.ProtocolError($"Topic alias {alias} stands for no topic yet.");
            }

            return known;
        }

        if (!topic.SequenceEqual(_topics[alias]))
        {
            int bytes = _bytes + topic.Length - (_topics[alias]?.Length ?? 0);
            if (bytes > _bytesMax)
            {
                Reject.With(
                    MqttReasonCode.QuotaExceeded,
                    $"The topic names behind the connection's aliases would take more than {_bytesMax} bytes.");
            }

            _bytes = bytes;
            _topics[alias] = topic.ToArray();
        }

        return topic;
    }
}
