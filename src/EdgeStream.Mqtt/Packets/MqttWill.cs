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

    /// <summary>The properties that go out with the will, as on the wire, without delay and expiry.</summary>
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
