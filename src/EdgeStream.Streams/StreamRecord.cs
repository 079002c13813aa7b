using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// One record as a reader sees it. The spans point into the log and stay valid until the reader moves on or is
/// disposed.
/// </summary>
public readonly ref struct StreamRecord
{
    /// <summary>The position in the shard.</summary>
    public SequenceNumber Sequence { get; init; }

    /// <summary>
    /// The place of a user record, from 0, within the aggregated record that it came in; null for a record of its own.
    /// </summary>
    public int? SubSequence { get; init; }

    /// <summary>When the gateway appended the record, by its own wall clock; where that was wrong and has been set
    /// since, the right time.</summary>
    public Timestamp ArrivalTime { get; init; }

    /// <summary>When the reading was made, as its source says; the arrival time where it says nothing.</summary>
    public Timestamp EventTime { get; init; }

    /// <summary>The partition key in UTF-8.</summary>
    public ReadOnlySpan<byte> PartitionKey { get; init; }

    /// <summary>The record's bytes.</summary>
    public ReadOnlySpan<byte> Data { get; init; }
}
