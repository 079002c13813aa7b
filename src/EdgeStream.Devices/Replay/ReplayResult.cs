using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>What became of a request.</summary>
/// <param name="Letters">Every letter that was looked at, in order.</param>
/// <param name="Next">Where the next request goes on.</param>
/// <param name="IsAtEnd">Whether there is nothing behind that.</param>
/// <param name="Problem">Why it ended early, a whole sentence; null where it did not.</param>
public sealed record ReplayResult(
    IReadOnlyList<ReplayedLetter> Letters, SequenceNumber Next, bool IsAtEnd, string? Problem);
