namespace EdgeStream.Gateway.Config;

/// <summary>The bounds of the MQTT listener; see the keys of the same names.</summary>
internal sealed record MqttLimitsConfig
{
    public required int SessionsMax { get; init; }

    public required int PacketSizeMax { get; init; }

    public required int ReceiveMaximum { get; init; }

    public required int SessionQueueMax { get; init; }

    public required long SessionQueueBytesMax { get; init; }

    public required TimeSpan SessionExpiryMax { get; init; }

    public required int RetainedMax { get; init; }
}
