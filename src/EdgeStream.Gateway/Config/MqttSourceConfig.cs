using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>Another MQTT server whose messages the gateway takes over.</summary>
internal sealed record MqttSourceConfig
{
    /// <summary>The source's name.</summary>
    public required string Name { get; init; }

    /// <summary>How it is reached.</summary>
    public required MqttLinkConfig Link { get; init; }

    /// <summary>To what it is subscribed.</summary>
    public required IReadOnlyList<MqttTopicSubscription> Subscriptions { get; init; }

    /// <summary>Messages of QoS 1 and 2 that await being stored at once.</summary>
    public required int ReceiveMaximum { get; init; }

    /// <summary>Bytes of them.</summary>
    public required long InFlightBytesMax { get; init; }

    /// <summary>The largest packet that is taken.</summary>
    public required int PacketSizeMax { get; init; }

    /// <summary>Whether two are the same in everything, the subscriptions one by one.</summary>
    public bool Equals(MqttSourceConfig? other) =>
        other is not null && Name == other.Name && Link == other.Link && ReceiveMaximum == other.ReceiveMaximum
        && InFlightBytesMax == other.InFlightBytesMax && PacketSizeMax == other.PacketSizeMax
        && Subscriptions.SequenceEqual(other.Subscriptions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Link);
}
