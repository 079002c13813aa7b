namespace EdgeStream.Mqtt;

/// <summary>The message that the server publishes for a client whose connection ends without a goodbye.</summary>
public sealed class MqttWill
{
    /// <summary>The topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload, up to 65,535 bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The quality of service the will is published with.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Whether the will becomes its topic's retained message.</summary>
    public bool Retain { get; init; }

    /// <summary>Seconds between the end of the connection and the will (5.0); a reconnection within them cancels
    /// it.</summary>
    public uint DelaySeconds { get; init; }

    /// <summary>Whether the payload is text in UTF-8 (5.0).</summary>
    public bool IsText { get; init; }

    /// <summary>What the payload is (5.0).</summary>
    public string? ContentType { get; init; }

    /// <summary>On which topic an answer is expected (5.0).</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What the answer is to carry (5.0).</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>Names and values that travel along (5.0).</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>The properties of a received will that go out with it, as on the wire, without delay and
    /// expiry.</summary>
    internal byte[] ForwardedProperties { get; init; } = [];

    /// <summary>What its client may do; null for everything. Of a restored will only the user is known.</summary>
    internal IMqttRights? Rights { get; set; }

    /// <summary>Whether it is from before a restart.</summary>
    internal bool IsRestored { get; init; }

    /// <summary>Whose a restored will is; null for a client without a name, or where the state doesn't tell.</summary>
    internal string? UserName { get; init; }

    /// <summary>Seconds a subscriber may get it after it was published; null without end.</summary>
    public uint? ExpirySeconds { get; init; }
}
