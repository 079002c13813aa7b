namespace EdgeStream.Mqtt;

/// <summary>A message that a client received. It owns its bytes.</summary>
public sealed class MqttReceivedMessage
{
    /// <summary>The topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The quality of service it came with.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Whether it was retained before the subscription was made.</summary>
    public bool Retain { get; init; }

    /// <summary>Whether the server says that it sent it before.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>Whether the publisher says that the payload is text in UTF-8 (5.0 only).</summary>
    public bool IsText { get; init; }

    /// <summary>On which topic an answer is expected; empty where none is (5.0 only).</summary>
    public string ResponseTopic { get; init; } = "";

    /// <summary>What the answer is to carry (5.0 only).</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>The identifiers of the subscriptions that it came by, of those that have one (5.0 only).</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers { get; init; } = [];

    /// <summary>What the payload is; empty where nothing is said (5.0 only).</summary>
    public string ContentType { get; init; } = "";

    /// <summary>Names and values that travelled along (5.0 only).</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Seconds left until it expires, where it does (5.0 only).</summary>
    public uint? ExpirySeconds { get; init; }
}
