using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>What the API says of itself, and its bounds.</summary>
public sealed record KinesisServiceOptions
{
    /// <summary>Region and account of the names it gives.</summary>
    public KinesisNames Names { get; init; } = new();

    /// <summary>Who may call.</summary>
    public KinesisAccess Access { get; init; } = new([]);

    /// <summary>The bounds of requests.</summary>
    public KinesisLimits Limits { get; init; } = new();

    /// <summary>How many shards of all streams may be open, as far as the API opens them.</summary>
    public int ShardsMax { get; init; } = 200;

    /// <summary>How many streams of the mode ON_DEMAND there may be, as far as the API makes them.</summary>
    public int OnDemandStreamsMax { get; init; } = 50;

    /// <summary>The delivery streams; null where the Firehose API is not served.</summary>
    public FirehoseService? Firehose { get; init; }

    /// <summary>Goes on with a put whose record is safe, soon and elsewhere: the thread that made it safe makes those
    /// of others safe too. Null for the thread pool.</summary>
    public Action<Action>? HandOn { get; init; }

    /// <summary>Tells the streams that the host has made for itself: these the API does not delete, nor does it change
    /// how long they keep their records.</summary>
    public Func<string, bool> IsOfHost { get; init; } = static _ => false;
}
