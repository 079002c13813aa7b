using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>Makes queries and readers of definitions and of what is saved.</summary>
internal static class QueryFactory
{
    /// <summary>Plans a query over the streams of a store.</summary>
    public static QueryGraph Plan(StreamStore store, QueryDefinition definition)
    {
        CheckName(definition.Name);
        foreach (var input in definition.Inputs)
        {
            Find(store, input.Stream, definition.Name);
        }

        return ApplicationPlanner.Plan(
            definition, name => store.TryGet(name, out var stream) ? SchemaDiscovery.Discover(stream) : null);
    }

    public static RunningQuery Create(StreamStore store, QueryDefinition definition, string epoch, TimeProvider time)
    {
        var graph = Plan(store, definition);
        foreach (var history in graph.History)
        {
            throw new ArgumentException(
                $"Query {definition.Name} reads a span of the history of {history.Key.Name}; a continuous one cannot.");
        }

        return new RunningQuery(definition, graph, epoch, name => Find(store, name, definition.Name), time);
    }

    /// <summary>What queries must have in common to be read together.</summary>
    public static string KeyOf(QueryGraph graph) => string.Join(
        ';',
        graph.Sources.Select(source => StreamInput.KeyOf(source.Input)).Distinct().Order(StringComparer.Ordinal));

    /// <summary>A reader that begins with what comes now.</summary>
    public static QueryReader NewReader(
        StreamStore store,
        QueryGraph graph,
        string key,
        QueryEngineOptions options,
        TimeProvider timeProvider,
        ILogger logger)
    {
        var inputs = InputsOf(store, graph);
        var merged = new MergedInput(inputs, MergedInput.Latest(inputs), new InputJournal(), timeProvider);
        return new QueryReader(NewId(), key, merged, store.State, options, timeProvider, logger);
    }

    /// <summary>Restores a query into the reader of those that were saved with it.</summary>
    /// <returns>Null if it was restored, else the query, which begins anew.</returns>
    public static RunningQuery? TryRestore(
        StreamStore store,
        QueryDefinition definition,
        QueryEngineOptions options,
        TimeProvider timeProvider,
        ILogger logger,
        Dictionary<string, QueryReader> readers)
    {
        var snapshots = new SnapshotWriter(store.State);
        var header = snapshots.ReadHeader(definition.Name);
        if (header is null || !header.Fingerprint.AsSpan().SequenceEqual(definition.Fingerprint()))
        {
            return Create(store, definition, NewId(), timeProvider);
        }

        var query = Create(store, definition, header.Epoch, timeProvider);
        var state = snapshots.ReadState(definition.Name, header);
        if (state is null || !query.TryLoadState(state, out var pending))
        {
            query.Dispose();
            Log.StateUnusable(logger, definition.Name);
            return Create(store, definition, NewId(), timeProvider);
        }

        foreach (var (writer, output) in query.Writers.Zip(definition.Outputs))
        {
            writer.Restore(header.Ordinals.FirstOrDefault(pair => pair.Key == output.From).Value);
        }

        var key = KeyOf(query.Graph);
        var group = $"{key} {header.ReaderId} {string.Join(';', header.Positions)}";
        if (!readers.TryGetValue(group, out var reader))
        {
            // Queries of one reader that were not saved together go on by themselves, each with the journal.
            var merged = new MergedInput(
                InputsOf(store, query.Graph), header.Positions, snapshots.ReadJournal(header.ReaderId), timeProvider);
            merged.LoadPending(pending);
            var isFirst = readers.Values.All(other => other.Id != header.ReaderId);
            reader = new QueryReader(
                isFirst ? header.ReaderId : NewId(), key, merged, store.State, options, timeProvider, logger);
            readers.Add(group, reader);
        }

        reader.AddRestored(query);
        return null;
    }

    public static List<StreamInput> InputsOf(StreamStore store, QueryGraph graph)
    {
        var inputs = new List<StreamInput>();
        foreach (var source in graph.Sources.OrderBy(source => source.Input.Stream, StringComparer.Ordinal))
        {
            var input = source.Input;
            var known = inputs.Find(other => other.Name == input.Stream);
            if (known is not null && known.Rowtime != input.Rowtime)
            {
                throw new ArgumentException(
                    $"Stream {input.Stream} is read twice, with different meanings of ROWTIME.");
            }

            if (known is null)
            {
                inputs.Add(new StreamInput(
                    inputs.Count,
                    Find(store, input.Stream, "it"),
                    input.Rowtime,
                    (long)input.Lateness.TotalMicroseconds,
                    input.IdleTimeout));
            }
        }

        return inputs;
    }

    public static string NewId() => Guid.NewGuid().ToString("N")[..12];

    public static QueryStatus StatusOfFailed(string name, string reason) =>
        new(name, "failed", reason, 0, 0, 0, null, 0, 0, 0, 0, null, []);

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > QueryDefinition.NameLengthMax
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
        {
            throw new ArgumentException(
                $"A query cannot be called '{name}': its name has 1 to {QueryDefinition.NameLengthMax} letters, "
                + "digits, '_', '.' or '-'.");
        }
    }

    private static DataStream Find(StreamStore store, string name, string query) =>
        store.TryGet(name, out var stream)
            ? stream
            : throw new ArgumentException(
                $"Query {query} names stream {name}, which does not exist. Streams are "
                + $"{string.Join(", ", store.Streams.Select(other => other.Name))}.");
}
