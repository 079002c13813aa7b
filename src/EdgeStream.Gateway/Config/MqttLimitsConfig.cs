namespace EdgeStream.Gateway.Config;

/// <summary>The bounds of the MQTT server; see the keys of the same names.</summary>
internal sealed record MqttLimitsConfig
{
    public required int SessionsMax { get; init; }

    public required int PacketSizeMax { get; init; }

    public required int ReceiveMaximum { get; init; }

    public required long InFlightBytesMax { get; init; }

    public required int SendMaximum { get; init; }

    public required int SessionQueueMax { get; init; }

    public required long SessionQueueBytesMax { get; init; }

    public required long QueueBytesTotalMax { get; init; }

    public required TimeSpan SessionExpiryMax { get; init; }

    public required int RetainedMax { get; init; }

    public required long RetainedBytesMax { get; init; }

    public required int SubscriptionsPerSessionMax { get; init; }

    public required int TopicAliasMaximum { get; init; }

    public required TimeSpan KeepAliveMax { get; init; }

    public required TimeSpan SysTopicsInterval { get; init; }

    public required bool UseUsernameAsClientId { get; init; }

    public required int ConnectionsMax { get; init; }

    public required int ConnectionsPerAddressMax { get; init; }

    public required int PublishRateMax { get; init; }

    public required long PublishBytesRateMax { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required TimeSpan PacketTimeout { get; init; }

    public required long ConnectBytesTotalMax { get; init; }

    /// <summary>Empty where nothing is told.</summary>
    public required string ResponseInformation { get; init; }
}
