namespace EdgeStream.Storage;

/// <summary>One frame of a segment: a base entry and the records that are relative to it.</summary>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="FirstSequence">The sequence number that its base entry names.</param>
/// <param name="WallTime">The wall clock when it was begun.</param>
/// <param name="MonotonicMicroseconds">Microseconds since the machine was started, at the same moment.</param>
/// <param name="BootOrdinal">Which start of the machine that was.</param>
/// <param name="DurableSequence">The newest record that was known to be durable when it was begun.</param>
public sealed record FrameSummary(
    long Offset,
    SequenceNumber FirstSequence,
    Timestamp WallTime,
    long MonotonicMicroseconds,
    uint BootOrdinal,
    SequenceNumber DurableSequence)
{
    /// <summary>Bytes up to the next frame or the end of what is valid.</summary>
    public long SizeBytes { get; internal set; }

    /// <summary>Its records that can be read.</summary>
    public long Records { get; internal set; }
}
