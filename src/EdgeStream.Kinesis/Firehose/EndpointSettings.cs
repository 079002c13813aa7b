using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>A destination that takes records in requests, and the bucket that was named beside it.</summary>
/// <remarks>Immutable. Retry duration, backup mode and bucket are told and have no effect: records wait until the
/// endpoint takes them, and what it refuses for good goes to the gateway's own error stream.</remarks>
internal abstract record EndpointSettings : DestinationSettings
{
    internal const int RetrySecondsDefault = 300;

    /// <summary>The bucket for what cannot be delivered.</summary>
    internal required S3Settings Backup { get; init; }

    /// <summary>How long an attempt was to be repeated.</summary>
    internal int RetrySeconds { get; init; } = RetrySecondsDefault;

    /// <inheritdoc/>
    internal sealed override DeliveryDefinition Form(DeliveryDefinition definition, DeliveryStreamRecord record) =>
        definition with { Format = RecordFormat.JsonLines, Compression = CompressionKind.None };
}
