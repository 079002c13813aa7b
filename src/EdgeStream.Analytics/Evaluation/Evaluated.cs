using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>A record while rules look at it.</summary>
internal readonly ref struct Evaluated
{
    /// <summary>The partition key.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The hash of the partition key.</summary>
    public required int Hash { get; init; }

    /// <summary>The record's position.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it arrived.</summary>
    public required Timestamp ArrivalTime { get; init; }

    /// <summary>When it happened by its device's clock, which may be set.</summary>
    public Timestamp EventTime { get; init; }

    /// <summary>The reading of the key's clock; 0 where no rule of the stream measures time.</summary>
    public required long KeyTime { get; init; }

    /// <summary>The reading of the monotonic clock, for silent keys.</summary>
    public required long Monotonic { get; init; }
}
