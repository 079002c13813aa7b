using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>What opening a shard's folder found: the state that a <see cref="ShardLog"/> starts from.</summary>
/// <param name="Segments">All segments by sequence number; the last one is written to.</param>
/// <param name="ActiveFile">The last segment's file.</param>
/// <param name="ActivePoints">The last segment's sparse index.</param>
/// <param name="Last">The newest record, durable.</param>
/// <param name="EndOffset">Where the next entry goes.</param>
/// <param name="LastChecksum">The checksum that the next entry's chain starts from.</param>
/// <param name="Checkpoints">The log's checkpoints.</param>
/// <param name="Lost">Records found damaged.</param>
/// <param name="Findings">What was damaged or cut, one line each.</param>
/// <param name="WholeState">The running CRC-32C of all that stands in the last segment; null if not known.</param>
internal sealed record OpenedShard(
    ImmutableArray<Segment> Segments,
    IDiskFile ActiveFile,
    IReadOnlyList<IndexPoint> ActivePoints,
    SequenceNumber Last,
    int EndOffset,
    uint LastChecksum,
    CheckpointMap Checkpoints,
    LostRecords Lost,
    IReadOnlyList<string> Findings,
    uint? WholeState = null)
{
    /// <summary>The first record that was not evicted, where a file says it; see <see cref="TrimHorizon"/>.</summary>
    internal SequenceNumber Horizon { get; init; }

    /// <summary>Segments before that, whose files can still not be removed.</summary>
    internal IReadOnlyList<Segment> Evicted { get; init; } = [];

    /// <summary>Why they cannot; null where there are none.</summary>
    internal IOException? EvictedFailure { get; init; }

    /// <summary>Whether the log was closed before: then nothing that was acknowledged can be missing.</summary>
    internal bool WasClosed { get; init; }
}
