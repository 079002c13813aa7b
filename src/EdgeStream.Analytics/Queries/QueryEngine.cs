using System.Collections.Concurrent;
using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>Runs continuous queries over the streams of a store, exactly once over restarts and crashes.</summary>
/// <remarks>
/// Thread-safe. Queries that read the same streams in the same way are read for together, by one loop. A query
/// begins with
/// what arrives after it was first put; its state is saved with how far it has read. Another text under a name begins
/// anew; what it has put out stays.
/// </remarks>
public sealed class QueryEngine : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly StreamStore _store;
    private readonly QueryEngineOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ConcurrentDictionary<string, QueryDefinition> _definitions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, QueryStatus> _failed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private QueryLoop[] _loops = [];
    private ITimer? _timer;
    private int _isDisposed;

    private QueryEngine(StreamStore store, ILogger logger, QueryEngineOptions options, TimeProvider timeProvider)
    {
        _store = store;
        _logger = logger;
        _options = options;
        _timeProvider = timeProvider;
    }

    /// <summary>How every query stands, by name; those that could not be started included.</summary>
    public IReadOnlyList<QueryStatus> Queries =>
        [.. Running.Select(query => query.Status).Concat(_failed.Values).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>The definitions, by name.</summary>
    public IReadOnlyList<QueryDefinition> Definitions =>
        [.. _definitions.Values.OrderBy(definition => definition.Name, StringComparer.Ordinal)];

    /// <summary>Restores what was saved and runs the queries.</summary>
    /// <remarks>A query that cannot run is listed with the reason and keeps no other from running. What is
    /// saved of queries
    /// that are not among these is forgotten.</remarks>
    /// <param name="store">Holds the streams.</param>
    /// <param name="queries">The queries; none is fine.</param>
    /// <param name="logger">Receives life cycle and failures.</param>
    /// <param name="options">Intervals; null for the defaults.</param>
    /// <param name="timeProvider">Clock and timers; null for the system's.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The gateway's state could not be written.</exception>
    public static async ValueTask<QueryEngine> StartAsync(
        StreamStore store,
        IReadOnlyList<QueryDefinition> queries,
        ILogger<QueryEngine> logger,
        QueryEngineOptions? options = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        var engine = new QueryEngine(
            store, logger, options ?? new QueryEngineOptions(), timeProvider ?? TimeProvider.System);
        await engine.ForgetOthersAsync(queries, cancellationToken);
        await engine.RestoreAsync(queries, cancellationToken);
        engine._timer = engine._timeProvider.CreateTimer(
            static state => ((QueryEngine)state!).Tick(), engine, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        engine.PaceTimer();
        return engine;
    }

    /// <summary>Checks a query without running it.</summary>
    /// <param name="store">Holds the streams that it reads.</param>
    /// <param name="definition">The query.</param>
    /// <returns>The columns of its in-application streams, by name; the result of a bare query is called
    /// <c>RESULT</c>.</returns>
    /// <exception cref="SqlException">The text is wrong.</exception>
    /// <exception cref="ArgumentException">What it is connected with is wrong.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<QueryColumn>> Check(
        StreamStore store, QueryDefinition definition) =>
        QueryFactory.Plan(store, definition).Streams.ToDictionary(
            pair => pair.Key,
            pair => (IReadOnlyList<QueryColumn>)
                [.. pair.Value.Schema.Columns.Select(column => new QueryColumn(column.Name, column.Type))]);

    /// <summary>Starts a query, or replaces the one of its name.</summary>
    /// <remarks>The same definition again changes nothing. When this completes, the query's beginning is
    /// durable.</remarks>
    /// <exception cref="SqlException">The text is wrong; nothing has changed.</exception>
    /// <exception cref="ArgumentException">What it is connected with is wrong; nothing has changed.</exception>
    /// <exception cref="IOException">The gateway's state could not be written.</exception>
    public async ValueTask PutAsync(QueryDefinition definition, CancellationToken cancellationToken = default)
    {
        var query = QueryFactory.Create(_store, definition, QueryFactory.NewId(), _timeProvider);
        using var change = await BeginChangeAsync(cancellationToken);
        if (Running.FirstOrDefault(other => other.Definition.Name == definition.Name) is { StoppedBy: null } same
            && same.Fingerprint.AsSpan().SequenceEqual(query.Fingerprint))
        {
            query.Dispose();
            return;
        }

        if (!_definitions.ContainsKey(definition.Name) && _definitions.Count >= QueryEngineOptions.QueriesMax)
        {
            throw new ArgumentException($"There are {QueryEngineOptions.QueriesMax} queries, the most there may be.");
        }

        await RemoveRunningAsync(definition.Name, cancellationToken);
        _definitions[definition.Name] = definition;
        _failed.TryRemove(definition.Name, out _);
        await RunAsync(query, cancellationToken);
    }

    /// <summary>Stops a query and forgets its state; what it has put out stays.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The gateway's state could not be written.</exception>
    public async ValueTask<bool> RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        using var change = await BeginChangeAsync(cancellationToken);
        var isThere = _definitions.TryRemove(name, out _);
        _failed.TryRemove(name, out _);
        await RemoveRunningAsync(name, cancellationToken);
        var batch = new StateBatch();
        new SnapshotWriter(_store.State).AddRemoval(batch, name);
        await _store.State.CommitAsync(batch, cancellationToken);
        return isThere;
    }

    /// <summary>Lets the clock close what is due; called by the engine's own timer.</summary>
    public void Tick()
    {
        foreach (var loop in Volatile.Read(ref _loops))
        {
            loop.Wake();
        }
    }

    /// <summary>Stops all queries and saves them, so that nothing is read again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _changing.WaitAsync();
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops.Select(loop => loop.StopAsync()));
        _stopping.Dispose();
        _changing.Dispose();
    }

    private IEnumerable<RunningQuery> Running =>
        Volatile.Read(ref _loops).SelectMany(loop => loop.Reader.Queries.ToArray());

    private async ValueTask<IDisposable> BeginChangeAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        return new Change(_changing);
    }

    private async ValueTask ForgetOthersAsync(
        IReadOnlyList<QueryDefinition> queries, CancellationToken cancellationToken)
    {
        var names = queries.Select(query => query.Name).ToHashSet(StringComparer.Ordinal);
        var batch = new StateBatch();
        foreach (var (key, _) in _store.State.List(SnapshotKeys.Root))
        {
            if (!names.Contains(SnapshotKeys.QueryOf(key)))
            {
                batch.Delete(key);
            }
        }

        await _store.State.CommitAsync(batch, cancellationToken);
    }

    private async ValueTask RestoreAsync(IReadOnlyList<QueryDefinition> queries, CancellationToken cancellationToken)
    {
        var fresh = new List<RunningQuery>();
        var restored = new Dictionary<string, QueryReader>(StringComparer.Ordinal);
        foreach (var definition in queries)
        {
            _definitions[definition.Name] = definition;
            try
            {
                if (QueryFactory.TryRestore(
                    _store, definition, _options, _timeProvider, _logger, restored) is { } begun)
                {
                    fresh.Add(begun);
                }
            }
            catch (Exception e) when (e is SqlException or ArgumentException)
            {
                _failed[definition.Name] = QueryFactory.StatusOfFailed(definition.Name, e.Message);
                Log.QueryFailed(_logger, definition.Name, e.Message);
            }
        }

        foreach (var reader in restored.Values)
        {
            Begin(reader);
        }

        foreach (var query in fresh)
        {
            await RunAsync(query, cancellationToken);
        }

        await ForgetJournalsAsync(cancellationToken);
    }

    private async ValueTask ForgetJournalsAsync(CancellationToken cancellationToken)
    {
        var used = Volatile.Read(ref _loops).Select(loop => SnapshotKeys.Journals(loop.Reader.Id)).ToList();
        var batch = new StateBatch();
        foreach (var (key, _) in _store.State.List(SnapshotKeys.Journals("")))
        {
            if (!used.Exists(prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                batch.Delete(key);
            }
        }

        await _store.State.CommitAsync(batch, cancellationToken);
    }

    /// <summary>Adds a new query to a loop that reads what it reads, or to one of its own.</summary>
    private async ValueTask RunAsync(RunningQuery query, CancellationToken cancellationToken)
    {
        var key = QueryFactory.KeyOf(query.Graph);
        var loop = Array.Find(_loops, loop => loop.Reader.Key == key && loop.IsRunning)
            ?? Begin(QueryFactory.NewReader(_store, query.Graph, key, _options, _timeProvider, _logger));
        await loop.RunAsync(
            async token =>
            {
                loop.Reader.Add(query);
                await loop.Reader.SaveAsync(token);
            },
            cancellationToken);
        Log.QueryRuns(_logger, query.Definition.Name, key);
    }

    private QueryLoop Begin(QueryReader reader)
    {
        var loop = new QueryLoop(reader, _timeProvider, _logger, RetryDelay, _stopping.Token);
        Volatile.Write(ref _loops, [.. _loops, loop]);
        PaceTimer();
        loop.Start();
        return loop;
    }

    private async ValueTask RemoveRunningAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var loop in _loops)
        {
            var query = loop.Reader.Queries.FirstOrDefault(query => query.Definition.Name == name);
            if (query is null)
            {
                continue;
            }

            await loop.RunAsync(() => loop.Reader.Remove(query), cancellationToken);
            query.Dispose();
            if (loop.Reader.Queries.Count == 0)
            {
                Volatile.Write(ref _loops, Array.FindAll(_loops, other => other != loop));
                PaceTimer();
                await loop.StopAsync();
            }
        }
    }

    private sealed class Change(SemaphoreSlim changing) : IDisposable
    {
        public void Dispose() => changing.Release();
    }

    /// <summary>Without queries nothing wakes the board.</summary>
    private void PaceTimer()
    {
        var interval = _loops.Length > 0 ? _options.TickInterval : Timeout.InfiniteTimeSpan;
        _timer?.Change(interval, interval);
    }
}
