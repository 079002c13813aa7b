using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>How a query stands.</summary>
/// <param name="Name">The query.</param>
/// <param name="State"><c>running</c>, <c>waiting</c> (an output refuses its rows), <c>stopped</c> (its memory is used
/// up) or <c>failed</c> (it never ran).</param>
/// <param name="Failure">Why it does not run; null while it does.</param>
/// <param name="RowsIn">Rows it has taken since the start.</param>
/// <param name="RowsOut">Rows that in-application streams with an output, and the result, have got since the
/// start.</param>
/// <param name="Errors">Rows of its error stream since the start.</param>
/// <param name="LastError">The message of the newest one.</param>
/// <param name="MemoryBytes">About how many bytes its state takes.</param>
/// <param name="Held">Groups and rows that its windows, joins and aggregations hold.</param>
/// <param name="LagRecords">Records of its inputs that it has not read.</param>
/// <param name="SkippedRecords">Records of its inputs that could not be read: evicted before, or damaged.</param>
/// <param name="Watermark">The ROWTIME up to which it has seen everything; null before the first row.</param>
/// <param name="Streams">Its in-application streams, and how many rows each has got.</param>
public sealed record QueryStatus(
    string Name,
    string State,
    string? Failure,
    long RowsIn,
    long RowsOut,
    long Errors,
    string? LastError,
    long MemoryBytes,
    long Held,
    long LagRecords,
    long SkippedRecords,
    Timestamp? Watermark,
    IReadOnlyList<KeyValuePair<string, long>> Streams)
{
    /// <summary>The tables that it joins.</summary>
    public IReadOnlyList<QueryTableStatus> Tables { get; init; } = [];
}
