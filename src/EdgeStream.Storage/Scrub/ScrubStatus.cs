namespace EdgeStream.Storage;

/// <summary>What the background check of a log's sealed segments has done since the log was opened.</summary>
/// <param name="CheckedBytes">Bytes that were read and checked.</param>
/// <param name="RepairedIndexes">Index files that were missing or damaged and were made again.</param>
/// <param name="LastPass">When all segments had last been checked; null if they never were.</param>
/// <param name="Rot">
/// The damage that was found in segments that are still there, in the order it was found, at most
/// <see cref="RotCountMax"/>.
/// </param>
public sealed record ScrubStatus(
    long CheckedBytes, long RepairedIndexes, Timestamp? LastPass, IReadOnlyList<SegmentRot> Rot)
{
    /// <summary>So many findings are kept; a disk with more is past listing.</summary>
    public const int RotCountMax = 64;
}
