namespace EdgeStream.Mqtt;

/// <summary>The properties of a message that are meant for its receivers, in their wire form.</summary>
internal static class ForwardedProperties
{
    internal static byte[] Encode(
        bool isText,
        string? contentType,
        string? responseTopic,
        ReadOnlyMemory<byte> correlationData,
        IReadOnlyList<MqttUserProperty> userProperties)
    {
        if (!isText
            && contentType is null
            && responseTopic is null
            && correlationData.IsEmpty
            && userProperties.Count == 0)
        {
            return [];
        }

        using var properties = PacketWriter.Create();
        if (isText)
        {
            properties.Property(PropertyId.PayloadFormatIndicator, (byte)1);
        }

        properties.Property(PropertyId.ContentType, contentType);
        properties.Property(PropertyId.ResponseTopic, responseTopic);
        if (!correlationData.IsEmpty)
        {
            properties.Property(PropertyId.CorrelationData, correlationData.Span);
        }

        properties.UserProperties(userProperties);
        return properties.ToArray();
    }
}
