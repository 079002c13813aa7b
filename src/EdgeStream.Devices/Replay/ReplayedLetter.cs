using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>What became of one dead letter.</summary>
/// <param name="Sequence">Its number in its shard of the dead-letter stream.</param>
/// <param name="Topic">The topic of its message; empty where that can't be read.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Stream">Where its records went, or would go; null where they don't.</param>
/// <param name="Records">How many records there are.</param>
/// <param name="Reason">Why it was not replayed, a whole sentence; null where it was.</param>
public sealed record ReplayedLetter(
    SequenceNumber Sequence, string Topic, ReplayOutcome Outcome, string? Stream, int Records, string? Reason);
