namespace EdgeStream.Analytics;

/// <summary>How a run over history went.</summary>
/// <param name="Columns">The columns of the rows.</param>
/// <param name="Records">Records that were read.</param>
/// <param name="RowsIn">Rows that they became.</param>
/// <param name="Errors">Rows of the error stream.</param>
/// <param name="LastError">The message of the newest one; null if there is none.</param>
public sealed record QueryHistoryResult(
    IReadOnlyList<QueryColumn> Columns, long Records, long RowsIn, long Errors, string? LastError);
