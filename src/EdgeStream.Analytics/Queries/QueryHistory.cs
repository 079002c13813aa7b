using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Runs a query once over what streams have stored.</summary>
public static class QueryHistory
{
    private const int RecordsPerTurn = 4096;

    /// <summary>Reads a span of the streams at full speed and gives the rows to a callback.</summary>
    /// <remarks>
    /// Reads what is stored when it begins, in the order in which a continuous query would have, with the same rows. At
    /// the end of the span the windows that are open close. Nothing is saved and nothing is put out. Where the
    /// text limits a
    /// stream itself (<c>FROM readings BETWEEN a AND b</c>), both limits count.
    /// </remarks>
    /// <param name="store">Holds the streams.</param>
    /// <param name="definition">The query.</param>
    /// <param name="stream">The in-application stream whose rows are wanted; null for what the query gives
    /// without a pump,
    /// or else its only output.</param>
    /// <param name="from">The first ROWTIME; null for the oldest record.</param>
    /// <param name="to">The ROWTIME that is not in the span any more; null for the newest record.</param>
    /// <param name="handler">Takes the rows.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="SqlException">The text is wrong.</exception>
    /// <exception cref="ArgumentException">What the query is connected with is wrong, or its memory is used
    /// up.</exception>
    public static async Task<QueryHistoryResult> RunAsync(
        StreamStore store,
        QueryDefinition definition,
        string? stream,
        Timestamp? from,
        Timestamp? to,
        QueryRowHandler handler,
        CancellationToken cancellationToken = default)
    {
        var graph = QueryFactory.Plan(store, definition);
        var (first, end) = SpanOf(graph, from, to);
        var columns = Observe(graph, definition, stream, handler);
        using var query = new RunningQuery(
            definition with { Outputs = [] }, graph, "", static _ => throw new InvalidOperationException());
        foreach (var file in query.Tables)
        {
            file.TryReload();
        }

        var start = new Timestamp(first);
        var input = new MergedInput(
            QueryFactory.InputsOf(store, graph),
            [],
            new InputJournal(),
            TimeProvider.System,
            shard => (
                Math.Max(1, shard.Resolve(
                    first == long.MinValue ? ShardPosition.TrimHorizon : ShardPosition.AtTime(start)).Value),
                shard.NewestSequence.Value));
        using var reader = new HistoryReader(query, input, first, end);
        while (reader.Step(RecordsPerTurn))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query.StoppedBy is { } reason)
            {
                throw new ArgumentException(reason);
            }

            await Task.Yield();
        }

        graph.AdvanceTo(end == long.MaxValue ? long.MaxValue - 1 : end);
        return new QueryHistoryResult(
            columns, reader.Records, query.RowsIn, graph.Context.Errors.Count, graph.Context.Errors.Last);
    }

    private static (long First, long End) SpanOf(QueryGraph graph, Timestamp? from, Timestamp? to)
    {
        var (first, end) = (from?.UnixMicroseconds ?? long.MinValue, to?.UnixMicroseconds ?? long.MaxValue);
        foreach (var (least, most) in graph.History.Values)
        {
            first = Math.Max(first, least);

            // BETWEEN includes its upper end.
            end = Math.Min(end, most + 1);
        }

        return (first, end);
    }

    private static IReadOnlyList<QueryColumn> Observe(
        QueryGraph graph, QueryDefinition definition, string? name, QueryRowHandler handler)
    {
        name ??= graph.Streams.ContainsKey(ApplicationPlanner.ResultName)
            ? ApplicationPlanner.ResultName
            : definition.Outputs is [var only] ? only.From : null;
        if (name is null || !graph.Streams.TryGetValue(name, out var stream))
        {
            throw new ArgumentException(
                $"Say which in-application stream of query {definition.Name} is wanted: "
                + $"{string.Join(", ", graph.Streams.Keys)}.");
        }

        stream.Add(new RowObserver(stream.Schema, handler));
        return [.. stream.Schema.Columns.Select(column => new QueryColumn(column.Name, column.Type))];
    }
}
