namespace EdgeStream.Storage;

/// <summary>A range of sequence numbers whose records cannot be read any more, and why.</summary>
/// <param name="First">The first number that is missing.</param>
/// <param name="Last">The last number that is missing.</param>
/// <param name="Reason">Why.</param>
public readonly record struct LogGap(SequenceNumber First, SequenceNumber Last, LogGapReason Reason)
{
    /// <summary>How many numbers are missing.</summary>
    public long RecordCount => Last.Value - First.Value + 1;
}
