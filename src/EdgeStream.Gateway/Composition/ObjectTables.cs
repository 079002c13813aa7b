using EdgeStream.Analytics;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>The objects of S3 servers that tables of queries are made of.</summary>
/// <remarks>One caller at a time.</remarks>
internal sealed class ObjectTables(StateStore state, TimeProvider time, ILogger<ObjectTables> logger)
    : IAsyncDisposable
{
    /// <summary>How long queries wait for objects that were never read.</summary>
    private static readonly TimeSpan FirstReadTimeMax = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, ObjectTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Reads these objects from now on, and forgets the others.</summary>
    /// <remarks>Completes when each has been read once, or was kept from before; after two seconds in any
    /// case.</remarks>
    /// <exception cref="IOException">The gateway's state could not be written.</exception>
    public async Task UseAsync(IReadOnlyList<ObjectTableConfig> objects)
    {
        foreach (var (place, table) in _tables.ToList())
        {
            // A query that stays the same goes on with the source that it has.
            if (objects.FirstOrDefault(item => item.Place == place) is { } config)
            {
                await (config == table.Config ? Task.CompletedTask : table.UseAsync(config));
            }
            else
            {
                _tables.Remove(place);
                await table.DisposeAsync();
            }
        }

        await KeptObject.ForgetOthersAsync(state, objects.Select(item => item.Place));
        var firstReads = new List<Task>();
        foreach (var item in objects)
        {
            if (!_tables.ContainsKey(item.Place))
            {
                var table = new ObjectTable(item, state, time, logger);
                _tables.Add(item.Place, table);
                firstReads.Add(table.Version is null ? table.FirstRead : Task.CompletedTask);
            }
        }

        await Task.WhenAny(Task.WhenAll(firstReads), Task.Delay(FirstReadTimeMax, time));
    }

    /// <summary>The query with what its tables are made of.</summary>
    public QueryDefinition Attach(QueryDefinition query) => query with
    {
        References = [.. query.References.Select(
            table => _tables.TryGetValue(table.Path, out var source) ? table with { Source = source } : table)],
    };

    /// <summary>Reads none any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_tables.Values.Select(table => table.DisposeAsync().AsTask()));
        _tables.Clear();
    }
}
