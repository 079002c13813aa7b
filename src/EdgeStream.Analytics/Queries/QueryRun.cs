using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Runs a query for somebody who waits for its rows, without saving anything or putting anything
/// out.</summary>
public static class QueryRun
{
    private const int RecordsPerTurn = 4096;
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReferenceInterval = TimeSpan.FromSeconds(5);

    /// <summary>Reads what is stored, or what comes from now on, and gives the rows to a receiver.</summary>
    /// <remarks>
    /// History is what is stored when the run begins, in the order in which a continuous query would have read it, with
    /// the same rows; at the end of the span the windows that are open close. Where the text limits a stream itself
    /// (<c>FROM readings BETWEEN a AND b</c>), all limits count. What comes from now on ends when the receiver is done,
    /// or is cancelled. Memory: the query's own bound, and what the receiver holds.
    /// </remarks>
    /// <param name="store">Holds the streams.</param>
    /// <param name="definition">The query.</param>
    /// <param name="options">What the run is over.</param>
    /// <param name="receiver">Takes the rows.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="SqlException">The text is wrong.</exception>
    /// <exception cref="ArgumentException">What the query is connected with is wrong, or its memory is used
    /// up.</exception>
    public static async Task<QueryHistoryResult> RunAsync(
        StreamStore store,
        QueryDefinition definition,
        QueryRunOptions options,
        IRowReceiver receiver,
        CancellationToken cancellationToken = default)
    {
        var graph = QueryFactory.Plan(store, definition);
        var columns = Observe(graph, definition, options.Stream, receiver);
        using var query = new RunningQuery(
            definition with { Outputs = [] }, graph, "", static _ => throw new InvalidOperationException(),
            options.Time);
        LoadTables(query);

        var isHistory = options.IsHistory || graph.History.Count > 0;
        var records = isHistory
            ? await ReadHistoryAsync(store, query, options, columns, receiver, cancellationToken)
            : await FollowAsync(store, query, options.Time, columns, receiver, cancellationToken);
        return new QueryHistoryResult(
            columns, records, query.RowsIn, graph.Context.Errors.Count, graph.Context.Errors.Last);
    }

    /// <summary>The in-application stream that a run without <see cref="QueryRunOptions.Stream"/> gives the rows of:
    /// <c>RESULT</c>, else the query's only output, else its only stream.</summary>
    /// <param name="streams">The streams, by <see cref="QueryEngine.Check"/>.</param>
    /// <param name="definition">The query.</param>
    /// <returns>Null where there are several.</returns>
    public static string? ResultOf(IEnumerable<string> streams, QueryDefinition definition)
    {
        var names = streams.Where(static name => name != ErrorNames.Stream).ToList();
        return names.Contains(ApplicationPlanner.ResultName) ? ApplicationPlanner.ResultName
            : definition.Outputs is [var output] ? output.From
            : names is [var only] ? only
            : null;
    }

    private static async Task<long> ReadHistoryAsync(
        StreamStore store,
        RunningQuery query,
        QueryRunOptions options,
        IReadOnlyList<QueryColumn> columns,
        IRowReceiver receiver,
        CancellationToken cancellationToken)
    {
        var (first, end) = SpanOf(query.Graph, options.From, options.To);
        var start = new Timestamp(first);
        var input = new MergedInput(
            QueryFactory.InputsOf(store, query.Graph),
            [],
            new InputJournal(),
            options.Time,
            shard => (
                Math.Max(1, shard.Resolve(
                    first == long.MinValue ? ShardPosition.TrimHorizon : ShardPosition.AtTime(start)).Value),
                shard.NewestSequence.Value));
        using var reader = new HistoryReader(query, input, first, end);
        await receiver.BeginAsync(columns, cancellationToken);
        while (!receiver.IsDone && reader.Step(RecordsPerTurn, receiver))
        {
            await EndTurnAsync(query, receiver, cancellationToken);
            await Task.Yield();
        }

        if (!receiver.IsDone)
        {
            query.Graph.AdvanceTo(end == long.MaxValue ? long.MaxValue - 1 : end);
        }

        await receiver.DrainAsync(cancellationToken);
        return reader.Records;
    }

    private static async Task<long> FollowAsync(
        StreamStore store,
        RunningQuery query,
        TimeProvider time,
        IReadOnlyList<QueryColumn> columns,
        IRowReceiver receiver,
        CancellationToken cancellationToken)
    {
        var inputs = QueryFactory.InputsOf(store, query.Graph);
        using var reader = new LiveReader(
            query, new MergedInput(inputs, MergedInput.Latest(inputs), new InputJournal(), time), time);

        // Who has been told of the columns gets what comes from then on.
        await receiver.BeginAsync(columns, cancellationToken);
        var tablesLookedAt = time.GetTimestamp();
        while (!receiver.IsDone)
        {
            var isWaiting = reader.Step(RecordsPerTurn, receiver);
            await EndTurnAsync(query, receiver, cancellationToken);
            if (isWaiting && !receiver.IsDone)
            {
                await Task.WhenAny(
                    reader.WhenReadable(cancellationToken), Task.Delay(TickInterval, time, cancellationToken));
            }
            else
            {
                await Task.Yield();
            }

            if (time.GetElapsedTime(tablesLookedAt) >= ReferenceInterval)
            {
                tablesLookedAt = time.GetTimestamp();
                foreach (var loader in query.Tables)
                {
                    loader.TryReload();
                }
            }
        }

        return reader.Records;
    }

    /// <summary>Who waits for the rows hears at once of a table that has none to join; what was there before stands
    /// for what cannot be read now.</summary>
    private static void LoadTables(RunningQuery query)
    {
        foreach (var loader in query.Tables)
        {
            if (!loader.TryReload() && loader.Table.Version == 0)
            {
                var status = loader.Status;
                throw new ArgumentException(
                    $"Table {status.Name} has not been read. "
                    + (status.Failure ?? $"{status.Place} has not been reached yet."));
            }
        }
    }

    private static async ValueTask EndTurnAsync(
        RunningQuery query, IRowReceiver receiver, CancellationToken cancellationToken)
    {
        query.KeepMemoryBound();
        await receiver.DrainAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (query.StoppedBy is { } reason)
        {
            throw new ArgumentException(reason);
        }
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
        QueryGraph graph, QueryDefinition definition, string? name, IRowReceiver receiver)
    {
        name ??= ResultOf(graph.Streams.Keys, definition);
        if (name is null || !graph.Streams.TryGetValue(name, out var stream))
        {
            throw new ArgumentException(
                $"Say which in-application stream of query {definition.Name} is wanted: "
                + $"{string.Join(", ", graph.Streams.Keys)}.");
        }

        stream.Add(new RowObserver(stream.Schema, receiver.Take));
        return [.. stream.Schema.Columns.Select(column => new QueryColumn(column.Name, column.Type))];
    }
}
