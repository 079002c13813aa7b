namespace EdgeStream.Storage;

/// <summary>Where the segment that a log is written to ends, as one look has found it.</summary>
/// <param name="Path">The segment's file.</param>
/// <param name="Header">Its header, put right where that was due.</param>
/// <param name="SizeBytes">The file's size.</param>
/// <param name="Index">What a clean stop would have written beside it, but for the checkpoints.</param>
/// <param name="IsUnfinished">Whether bytes stand behind the end that are no whole write.</param>
internal sealed record NewestEnd(
    string Path, SegmentHeader Header, int SizeBytes, SegmentIndex Index, bool IsUnfinished);
