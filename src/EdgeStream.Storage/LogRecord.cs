namespace EdgeStream.Storage;

/// <summary>One record of a shard log. The spans point into the mapping and end with the reader's next step.</summary>
public readonly ref struct LogRecord
{
    /// <summary>The position in the shard.</summary>
    public SequenceNumber Sequence { get; init; }

    /// <summary>The wall clock at the append.</summary>
    public Timestamp ArrivalTime { get; init; }

    /// <summary>The time that the producer gave, or the arrival time.</summary>
    public Timestamp EventTime { get; init; }

    /// <summary>Microseconds since the machine was started, at the append.</summary>
    public long MonotonicMicroseconds { get; init; }

    /// <summary>Which start of the machine that was, as the data folder counts them.</summary>
    public uint BootOrdinal { get; init; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value { get; init; }
}
