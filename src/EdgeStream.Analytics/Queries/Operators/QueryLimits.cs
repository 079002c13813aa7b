namespace EdgeStream.Analytics;

/// <summary>How much one operator of a query may remember.</summary>
/// <param name="GroupsMax">Groups of an aggregation, partitions of a sliding window.</param>
/// <param name="RowsMax">Rows of a sliding window, a join, a sort.</param>
internal readonly record struct QueryLimits(int GroupsMax, int RowsMax);
