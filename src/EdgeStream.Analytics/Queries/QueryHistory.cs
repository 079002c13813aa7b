using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Runs a query once over what streams have stored.</summary>
public static class QueryHistory
{
    /// <summary>Reads a span of the streams at full speed and gives the rows to a callback, as
    /// <see cref="QueryRun"/> does.</summary>
    /// <param name="store">Holds the streams.</param>
    /// <param name="definition">The query.</param>
    /// <param name="stream">The in-application stream whose rows are wanted; null for what the query gives
    /// without a pump, or else its only output.</param>
    /// <param name="from">The first ROWTIME; null for the oldest record.</param>
    /// <param name="to">The ROWTIME that is not in the span any more; null for the newest record.</param>
    /// <param name="handler">Takes the rows.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="SqlException">The text is wrong.</exception>
    /// <exception cref="ArgumentException">What the query is connected with is wrong, or its memory is used
    /// up.</exception>
    public static Task<QueryHistoryResult> RunAsync(
        StreamStore store,
        QueryDefinition definition,
        string? stream,
        Timestamp? from,
        Timestamp? to,
        QueryRowHandler handler,
        CancellationToken cancellationToken = default) =>
        QueryRun.RunAsync(
            store, definition, new QueryRunOptions { Stream = stream, IsHistory = true, From = from, To = to },
            new Callback(handler), cancellationToken);

    private sealed class Callback(QueryRowHandler handler) : IRowReceiver
    {
        public bool HasRoom => true;

        public bool IsDone => false;

        public ValueTask BeginAsync(IReadOnlyList<QueryColumn> columns, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;

        public void Take(QueryRow row) => handler(row);

        public ValueTask DrainAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
