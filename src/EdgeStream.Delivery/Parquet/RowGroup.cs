namespace EdgeStream.Delivery;

/// <summary>What the footer says of one row group.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="RowCount">Its rows.</param>
/// <param name="Chunks">Its columns, in the order of the file's.</param>
internal sealed record RowGroup(long Offset, long RowCount, IReadOnlyList<ColumnChunk> Chunks);
