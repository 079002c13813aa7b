using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>Which dead letters are to be replayed.</summary>
public sealed record ReplayRequest
{
    /// <summary>The most letters of one request.</summary>
    public const int LetterCountMax = 1000;

    /// <summary>A shard of the dead-letter stream.</summary>
    public required Shard Shard { get; init; }

    /// <summary>Where to begin.</summary>
    public ShardPosition From { get; init; } = ShardPosition.TrimHorizon;

    /// <summary>Letters of this number and later ones are left alone; null for all.</summary>
    public SequenceNumber? Before { get; init; }

    /// <summary>Letters that arrived at this time or later are left alone; null for all.</summary>
    public Timestamp? Until { get; init; }

    /// <summary>A topic filter of the messages; null for all.</summary>
    public string? TopicFilter { get; init; }

    /// <summary>How many letters are looked at, 1 to 1,000.</summary>
    public int LetterCount { get; init; } = LetterCountMax;

    /// <summary>Whether nothing is appended, only told.</summary>
    public bool IsDryRun { get; init; }
}
