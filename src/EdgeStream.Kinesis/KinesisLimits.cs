namespace EdgeStream.Kinesis;

/// <summary>The bounds of the API.</summary>
public sealed record KinesisLimits
{
    /// <summary>
    /// The largest request body in bytes: 10 MiB of records in Base64, and as much again as keys and names may take.
    /// </summary>
    public const int RequestBodyBytesMax = 16 << 20;

    /// <summary>Requests that are served at the same time, subscriptions not counted; more are told to come
    /// again.</summary>
    public int RequestsMax { get; init; } = 256;

    /// <summary>Bytes of request bodies in memory at the same time; more are told to come again.</summary>
    public long RequestBytesMax { get; init; } = 64 << 20;

    /// <summary>Subscriptions to shards at the same time.</summary>
    public int SubscriptionsMax { get; init; } = 256;
}
