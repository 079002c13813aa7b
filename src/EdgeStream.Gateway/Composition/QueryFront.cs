using EdgeStream.Analytics;
using EdgeStream.Gateway.Config;
using EdgeStream.Sql;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The continuous queries: those of the configuration, and those that were made over the API and are kept in
/// the data folder. Both may change while the gateway runs.</summary>
/// <remarks>Thread-safe. Where the configuration has a query of a kept one's name, it is the one that runs.</remarks>
internal sealed class QueryFront(
    StreamStore store, ObjectTables objects, TimeProvider time, ILogger<QueryEngine> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile IReadOnlyList<QueryDefinition> _configured = [];
    private volatile IReadOnlyList<KeptQuery> _kept = [];
    private volatile QueryEngine? _engine;

    /// <summary>How every query that is to run stands, by name.</summary>
    public IReadOnlyList<QueryStatus> Status => _engine?.Queries ?? [];

    /// <summary>Every query, by name; those that are switched off, too.</summary>
    public IReadOnlyList<QueryListing> Listings
    {
        get
        {
            var configured = _configured.ToDictionary(query => query.Name, StringComparer.Ordinal);
            var kept = _kept.ToDictionary(query => query.Name, StringComparer.Ordinal);
            var listings = new List<QueryListing>();
            foreach (var status in Status)
            {
                if (configured.TryGetValue(status.Name, out var ours))
                {
                    listings.Add(new QueryListing(status, ours, IsConfigured: true, IsEnabled: true));
                }
                else if (kept.Remove(status.Name, out var theirs))
                {
                    listings.Add(new QueryListing(
                        status, theirs.ToDefinition(StreamNamesNow, Tables), IsConfigured: false, IsEnabled: true));
                }
            }

            foreach (var query in kept.Values.Where(query => !query.IsEnabled && !configured.ContainsKey(query.Name)))
            {
                var off = new QueryStatus(
                    query.Name, "stopped", "It is switched off.", 0, 0, 0, null, 0, 0, 0, 0, null, []);
                listings.Add(new QueryListing(
                    off, query.ToDefinition(StreamNamesNow, Tables), IsConfigured: false, IsEnabled: false));
            }

            listings.Sort(static (left, right) => string.CompareOrdinal(left.Status.Name, right.Status.Name));
            return listings;
        }
    }

    /// <summary>A query by its name, also one that is switched off; null if there is none.</summary>
    public QueryDefinition? Find(string name) => _configured.FirstOrDefault(query => query.Name == name)
        ?? _kept.FirstOrDefault(query => query.Name == name)?.ToDefinition(StreamNamesNow, Tables);

    /// <summary>Makes a query of a text alone.</summary>
    /// <exception cref="SqlException">The text cannot be read.</exception>
    public QueryDefinition Define(string name, string sql, IReadOnlyList<QueryOutput>? outputs = null) =>
        QueryText.Define(StreamNamesNow, name, sql, outputs, Tables);

    /// <summary>Runs these queries of the configuration, and the kept ones, from now on; what stays the same goes on
    /// where it is.</summary>
    /// <exception cref="AggregateException">Some cannot run, which their status tells too; the others do.</exception>
    /// <param name="queries">The queries.</param>
    /// <param name="objectTables">The objects that their tables are made of.</param>
    public async Task UseAsync(
        IReadOnlyList<QueryDefinition> queries, IReadOnlyList<ObjectTableConfig> objectTables)
    {
        await _changing.WaitAsync();
        try
        {
            if (_engine is null)
            {
                _kept = KeptQuery.ReadAll(store.State);
            }

            await objects.UseAsync(objectTables);
            _configured = [.. queries.Select(objects.Attach)];
            await RunAsync([.. _configured, .. _kept.Where(kept => kept.IsEnabled && !IsConfigured(kept.Name))
                .Select(kept => kept.ToDefinition(StreamNamesNow, Tables))]);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Keeps a query and runs it, where it is enabled, in the place of the one of its name. Durable when this
    /// completes.</summary>
    /// <exception cref="SqlException">The text is wrong; nothing has changed.</exception>
    /// <exception cref="ArgumentException">What it is connected with is wrong; nothing has changed.</exception>
    /// <exception cref="IOException">It could not be kept; nothing has changed.</exception>
    public async Task<QueryChange> PutAsync(KeptQuery query, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (IsConfigured(query.Name))
            {
                return QueryChange.Configured;
            }

            var old = _kept.FirstOrDefault(kept => kept.Name == query.Name);
            if (old is null && _kept.Count + _configured.Count >= QueryEngineOptions.QueriesMax)
            {
                throw new ArgumentException(
                    $"There are {QueryEngineOptions.QueriesMax} queries, the most there may be.");
            }

            var definition = Define(query.Name, query.Sql, query.Outputs);
            if (!query.IsEnabled)
            {
                QueryEngine.Check(store, definition);
            }

            await ApplyAsync(query, definition);
            await KeepAsync(query, old);
            _kept = [.. _kept.Where(kept => kept.Name != query.Name), query];
            return old is null ? QueryChange.Created : QueryChange.Replaced;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Stops a kept query and forgets it; what it has put out stays. Durable when this completes.</summary>
    /// <exception cref="IOException">It could not be forgotten.</exception>
    public async Task<QueryChange> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (IsConfigured(name))
            {
                return QueryChange.Configured;
            }

            if (!_kept.Any(kept => kept.Name == name))
            {
                return QueryChange.NotFound;
            }

            await KeptQuery.DeleteAsync(store.State, name, CancellationToken.None);
            _kept = [.. _kept.Where(kept => kept.Name != name)];
            await _engine!.RemoveAsync(name, CancellationToken.None);
            return QueryChange.Removed;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Stops the queries and saves them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is { } engine)
        {
            await engine.DisposeAsync();
        }

        await objects.DisposeAsync();
        _changing.Dispose();
    }

    /// <summary>The tables that queries of the configuration join: every other may, too.</summary>
    private IEnumerable<QueryReference> Tables => _configured.SelectMany(static query => query.References);

    private IEnumerable<string> StreamNamesNow => store.Streams.Select(stream => stream.Name);

    private bool IsConfigured(string name) => _configured.Any(query => query.Name == name);

    private async Task ApplyAsync(KeptQuery query, QueryDefinition definition)
    {
        if (query.IsEnabled)
        {
            await _engine!.PutAsync(definition, CancellationToken.None);
        }
        else
        {
            await _engine!.RemoveAsync(query.Name, CancellationToken.None);
        }
    }

    /// <summary>What runs and cannot be kept would be gone after a restart: it is taken back.</summary>
    private async Task KeepAsync(KeptQuery query, KeptQuery? old)
    {
        try
        {
            await query.WriteAsync(store.State, CancellationToken.None);
        }
        catch (IOException)
        {
            if (old is { IsEnabled: true })
            {
                await _engine!.PutAsync(old.ToDefinition(StreamNamesNow, Tables), CancellationToken.None);
            }
            else
            {
                await _engine!.RemoveAsync(query.Name, CancellationToken.None);
            }

            throw;
        }
    }

    private async Task RunAsync(IReadOnlyList<QueryDefinition> queries)
    {
        if (_engine is not { } engine)
        {
            _engine = await QueryEngine.StartAsync(store, queries, logger, timeProvider: time);
            return;
        }

        var names = queries.Select(query => query.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in engine.Definitions.Where(query => !names.Contains(query.Name)))
        {
            await engine.RemoveAsync(gone.Name);
        }

        var failures = new List<Exception>();
        foreach (var query in queries)
        {
            try
            {
                await engine.PutAsync(query);
            }
            catch (Exception error) when (error is SqlException or ArgumentException)
            {
                failures.Add(new ArgumentException($"query {query.Name}: {error.Message}", error));
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(string.Join(" ", failures.Select(failure => failure.Message)), failures);
        }
    }
}
