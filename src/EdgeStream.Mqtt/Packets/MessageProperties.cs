namespace EdgeStream.Mqtt;

/// <summary>The properties of a PUBLISH or a will: what the server acts on, and where the rest is that it passes
/// on.</summary>
/// <remarks>
/// Format indicator, content type, response topic, correlation data and user properties are passed on as they came
/// [MQTT-3.3.2-4] [MQTT-3.3.2-15..20]. Expiry, alias, subscription identifier and will delay are not; where one of them
/// is
/// there, the others have to be copied around it.
/// </remarks>
internal struct MessageProperties
{
    private bool _hasOwn;

    internal uint? ExpirySeconds { get; private set; }

    internal uint WillDelaySeconds { get; private set; }

    /// <summary>Null where there is none; zero is already rejected.</summary>
    internal ushort? TopicAlias { get; private set; }

    internal bool HasSubscriptionIdentifier { get; private set; }

    internal static MessageProperties Read(ref PropertyReader properties)
    {
        var result = default(MessageProperties);
        while (properties.TryRead(out PropertyId id))
        {
            switch (id)
            {
                case PropertyId.MessageExpiryInterval:
                    result.ExpirySeconds = properties.Value.ReadUInt32();
                    result._hasOwn = true;
                    break;
                case PropertyId.WillDelayInterval:
                    result.WillDelaySeconds = properties.Value.ReadUInt32();
                    result._hasOwn = true;
                    break;
                case PropertyId.TopicAlias:
                    result.TopicAlias = ReadAlias(ref properties);
                    result._hasOwn = true;
                    break;
                case PropertyId.SubscriptionIdentifier:
                    ReadSubscriptionIdentifier(ref properties);
                    result.HasSubscriptionIdentifier = true;
                    result._hasOwn = true;
                    break;
                case PropertyId.ResponseTopic:
                    CheckResponseTopic(properties.Value.ReadText());
                    break;
                default:
                    properties.Skip(id);
                    break;
            }
        }

        return result;
    }

    /// <summary>The properties to pass on, in their order [MQTT-3.3.2-18].</summary>
    internal readonly byte[] CopyForwarded(ReadOnlySpan<byte> bytes)
    {
        if (!_hasOwn)
        {
            return bytes.IsEmpty ? [] : bytes.ToArray();
        }

        using var kept = PacketWriter.Create();
        var properties = new PropertyReader(bytes, ulong.MaxValue);
        int start = 0;
        while (properties.TryRead(out PropertyId id))
        {
            properties.Skip(id);
            if (IsForwarded(id))
            {
                kept.Raw(bytes[start..properties.Offset]);
            }

            start = properties.Offset;
        }

        return kept.ToArray();
    }

    internal static bool IsForwarded(PropertyId id) => id is not (
        PropertyId.MessageExpiryInterval
        or PropertyId.WillDelayInterval
        or PropertyId.TopicAlias
        or PropertyId.SubscriptionIdentifier);

    private static ushort ReadAlias(ref PropertyReader properties)
    {
        ushort alias = properties.Value.ReadUInt16();
        if (alias == 0)
        {
            Reject.With(MqttReasonCode.TopicAliasInvalid, "The topic alias is zero.");
        }

        return alias;
    }

    private static void ReadSubscriptionIdentifier(ref PropertyReader properties)
    {
        if (properties.Value.ReadVariableByteInteger() == 0)
        {
            Reject.ProtocolError("A subscription identifier is zero.");
        }
    }

    private static void CheckResponseTopic(ReadOnlySpan<byte> topic)
    {
        if (!Topics.IsName(topic))
        {
            Reject.ProtocolError("The response topic is empty or holds a wildcard.");
        }
    }
}
