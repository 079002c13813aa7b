using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Where a reader starts: Kinesis's five iterator types.</summary>
public readonly record struct ShardPosition
{
    /// <summary>The iterator type.</summary>
    public ShardPositionKind Kind { get; private init; }

    /// <summary>The sequence number of the two types that have one.</summary>
    public SequenceNumber Sequence { get; private init; }

    /// <summary>The arrival time of <see cref="ShardPositionKind.AtTimestamp"/>.</summary>
    public Timestamp Time { get; private init; }

    /// <summary>TRIM_HORIZON.</summary>
    public static ShardPosition TrimHorizon => default;

    /// <summary>LATEST.</summary>
    public static ShardPosition Latest => new() { Kind = ShardPositionKind.Latest };

    /// <summary>AT_SEQUENCE_NUMBER.</summary>
    public static ShardPosition At(SequenceNumber sequence) =>
        new() { Kind = ShardPositionKind.AtSequenceNumber, Sequence = sequence };

    /// <summary>AFTER_SEQUENCE_NUMBER.</summary>
    public static ShardPosition After(SequenceNumber sequence) =>
        new() { Kind = ShardPositionKind.AfterSequenceNumber, Sequence = sequence };

    /// <summary>AT_TIMESTAMP, by arrival time.</summary>
    public static ShardPosition AtTime(Timestamp time) => new() { Kind = ShardPositionKind.AtTimestamp, Time = time };
}
