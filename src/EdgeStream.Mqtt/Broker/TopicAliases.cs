namespace EdgeStream.Mqtt;

/// <summary>The topic names a client has given numbers on this connection (MQTT 5.0 section 3.3.2.3.4).</summary>
internal sealed class TopicAliases
{
    private readonly int _maximum;
    private byte[]?[]? _topics;

    internal TopicAliases(int maximum)
    {
        _maximum = maximum;
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
            _topics[alias] = topic.ToArray();
        }

        return topic;
    }
}
