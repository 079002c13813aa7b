using EdgeStream.Analytics;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The continuous queries of the configuration; they may change while the gateway runs.</summary>
/// <remarks>Thread-safe for reading; one caller changes them at a time.</remarks>
internal sealed class QueryFront(StreamStore store, TimeProvider time, ILogger<QueryEngine> logger) : IAsyncDisposable
{
    private volatile QueryEngine? _engine;

    /// <summary>How every query stands, by name.</summary>
    public IReadOnlyList<QueryStatus> Status => _engine?.Queries ?? [];

    /// <summary>The definitions, by name.</summary>
    public IReadOnlyList<QueryDefinition> Definitions => _engine?.Definitions ?? [];

    /// <summary>Runs these queries from now on; what stays the same goes on where it is.</summary>
    /// <exception cref="AggregateException">Some cannot run, which their status tells too; the others do.</exception>
    public async Task UseAsync(IReadOnlyList<QueryDefinition> queries)
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
            catch (Exception error) when (error is Sql.SqlException or ArgumentException)
            {
                failures.Add(new ArgumentException($"query {query.Name}: {error.Message}", error));
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(string.Join(" ", failures.Select(failure => failure.Message)), failures);
        }
    }

    /// <summary>Stops the queries and saves them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is { } engine)
        {
            await engine.DisposeAsync();
        }
    }
}
