namespace EdgeStream.Mqtt;

/// <summary>A message to publish.</summary>
public sealed class MqttMessage
{
    /// <summary>The topic name, without wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload. It is copied before the publish call returns its task.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The quality of service.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Whether it becomes its topic's retained message.</summary>
    public bool Retain { get; init; }

    /// <summary>Whether the payload is text in UTF-8 (5.0 only).</summary>
    public bool IsText { get; init; }

    /// <summary>On which topic an answer is expected (5.0 only).</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What the answer is to carry, so that it is recognised (5.0 only).</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>What the payload is (5.0 only).</summary>
    public string? ContentType { get; init; }

    /// <summary>Names and values that travel along (5.0 only).</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Seconds after which nobody gets it any more (5.0 only).</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>The properties that are forwarded, in their wire form.</summary>
    internal byte[] EncodeProperties() =>
        ForwardedProperties.Encode(IsText, ContentType, ResponseTopic, CorrelationData, UserProperties);
}
