namespace EdgeStream.Storage;

/// <summary>A segment that was just made, durable with its name and without records.</summary>
/// <param name="Segment">The segment; what stands at its head is published.</param>
/// <param name="File">Its file, open for writing.</param>
/// <param name="Chain">The checksum that the next entry's chain starts from.</param>
/// <param name="WholeState">The running CRC-32C of all that stands in the file.</param>
/// <param name="Points">The base entry at its head, where there is one.</param>
/// <param name="Slot">The spare that it was, for <see cref="SegmentSpares.Settle"/>.</param>
internal readonly record struct BegunSegment(
    Segment Segment, IDiskFile File, uint Chain, uint WholeState, IReadOnlyList<IndexPoint> Points, int Slot = 0);
