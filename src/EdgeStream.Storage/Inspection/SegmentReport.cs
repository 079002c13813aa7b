namespace EdgeStream.Storage;

/// <summary>What reading a whole segment found.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Index">Its index file, compared with what was read.</param>
/// <param name="Records">Records that are valid.</param>
/// <param name="Frames">Frames that are valid.</param>
/// <param name="EndOffset">Where the last valid entry ends.</param>
/// <param name="Damage">What is not valid, in order.</param>
public sealed record SegmentReport(
    SegmentSummary Segment,
    IndexState Index,
    long Records,
    long Frames,
    long EndOffset,
    IReadOnlyList<LogDamage> Damage);
