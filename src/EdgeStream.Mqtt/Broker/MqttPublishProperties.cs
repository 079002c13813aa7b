namespace EdgeStream.Mqtt;

/// <summary>The properties of a published message that are meant for its receivers, read on demand from their wire
/// form.</summary>
public readonly ref struct MqttPublishProperties
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <param name="bytes">Checked properties, without their length.</param>
    internal MqttPublishProperties(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>Whether the publisher says that the payload is text in UTF-8.</summary>
    public bool IsText
    {
        get
        {
            var properties = new PropertyReader(_bytes, ulong.MaxValue);
            while (properties.TryRead(out PropertyId id))
            {
                if (id == PropertyId.PayloadFormatIndicator)
                {
                    return properties.Value.ReadByte() == 1;
                }

                properties.Skip(id);
            }

            return false;
        }
    }

    /// <summary>The content type in UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> ContentType => Find(PropertyId.ContentType);

    /// <summary>The topic on which an answer is expected, in UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> ResponseTopic => Find(PropertyId.ResponseTopic);

    /// <summary>What belongs into the answer; empty where there is none.</summary>
    public ReadOnlySpan<byte> CorrelationData => Find(PropertyId.CorrelationData);

    /// <summary>Finds the first user property of that name.</summary>
    /// <param name="name">In UTF-8, compared byte for byte.</param>
    /// <param name="value">In UTF-8.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetUserProperty(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var properties = new PropertyReader(_bytes, ulong.MaxValue);
        while (properties.TryRead(out PropertyId id))
        {
            if (id != PropertyId.UserProperty)
            {
                properties.Skip(id);
                continue;
            }

            bool isWanted = properties.Value.ReadBinary().SequenceEqual(name);
            value = properties.Value.ReadBinary();
            if (isWanted)
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>All user properties in their order. Allocates.</summary>
    /// <returns>A new list.</returns>
    public IReadOnlyList<MqttUserProperty> GetUserProperties()
    {
        if (_bytes.IsEmpty)
        {
            return [];
        }

        var found = new List<MqttUserProperty>();
        var properties = new PropertyReader(_bytes, ulong.MaxValue);
        while (properties.TryRead(out PropertyId id))
        {
            if (id == PropertyId.UserProperty)
            {
                found.Add(new MqttUserProperty(properties.Value.ReadString(), properties.Value.ReadString()));
            }
            else
            {
                properties.Skip(id);
            }
        }

        return found;
    }

    /// <summary>The identifiers of the subscriptions that a client's message came by. Allocates where there are
    /// any.</summary>
    /// <returns>A list in their order.</returns>
    public IReadOnlyList<uint> GetSubscriptionIdentifiers()
    {
        List<uint>? found = null;
        var properties = new PropertyReader(_bytes, ulong.MaxValue);
        while (properties.TryRead(out PropertyId id))
        {
            if (id == PropertyId.SubscriptionIdentifier)
            {
                (found ??= []).Add(properties.Value.ReadVariableByteInteger());
            }
            else
            {
                properties.Skip(id);
            }
        }

        return found is null ? [] : found;
    }

    private ReadOnlySpan<byte> Find(PropertyId wanted)
    {
        var properties = new PropertyReader(_bytes, ulong.MaxValue);
        while (properties.TryRead(out PropertyId id))
        {
            if (id == wanted)
            {
                return properties.Value.ReadBinary();
            }

            properties.Skip(id);
        }

        return default;
    }
}
