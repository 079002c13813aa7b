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

    /// <summary>Bytes of request bodies, and of what is read from them, in memory at the same time; more are told to
    /// come again.</summary>
    public long RequestBytesMax { get; init; } = 64 << 20;

    /// <summary>Bytes that answers of more than 64 KiB and events hold in memory at the same time; more wait.</summary>
    /// <remarks>An answer is sent in chunks and holds 320 KiB, and an array for a record that may be larger than
    /// a chunk: in Base64, with a key of which each byte may be escaped. One answer is always served.</remarks>
    public long AnswerBytesMax { get; init; } = 64 << 20;

    /// <summary>How long an answer waits for its room before it is an error that tells to come again.</summary>
    public TimeSpan AnswerWaitTimeMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Subscriptions to shards at the same time.</summary>
    public int SubscriptionsMax { get; init; } = 256;
}
