namespace EdgeStream.Storage;

/// <summary>A part of a segment that is not valid.</summary>
/// <param name="Path">The segment's file.</param>
/// <param name="Offset">The first byte that is not part of a valid entry.</param>
/// <param name="EndOffset">Where the log goes on, or ends.</param>
/// <param name="FirstLost">The first record that cannot be read.</param>
/// <param name="LastLost">The last one; before <paramref name="FirstLost"/> when no record is lost.</param>
public sealed record LogDamage(
    string Path, long Offset, long EndOffset, SequenceNumber FirstLost, SequenceNumber LastLost)
{
    /// <summary>How many records cannot be read.</summary>
    public long LostRecords => LastLost.Value - FirstLost.Value + 1;
}
