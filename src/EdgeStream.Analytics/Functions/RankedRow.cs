namespace EdgeStream.Analytics;

/// <summary>A row and its rank within its group.</summary>
/// <param name="Row">The row as it was added.</param>
/// <param name="Rank">From 1; equal values have the same rank, and the next rank leaves as many out.</param>
public readonly record struct RankedRow(byte[] Row, int Rank);
