using System.Buffers;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>A query that was made over the API and is kept over restarts.</summary>
/// <remarks>State key <c>query-texts/&lt;name&gt;</c>: one JSON object, version 1,
/// <c>{"version":1,"sql":…,"enabled":…,"outputs":[{"from":…,"stream":…,"key":…}]}</c>. What cannot be read is a query
/// without a text, which never runs: so it is seen, and can be replaced or removed.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Sql">Its statements.</param>
/// <param name="IsEnabled">Whether it runs.</param>
/// <param name="Outputs">Where rows go that the text itself does not put into a stream of the gateway.</param>
internal sealed record KeptQuery(string Name, string Sql, bool IsEnabled, IReadOnlyList<QueryOutput> Outputs)
{
    private const string Root = "query-texts/";
    private const int Version = 1;

    /// <summary>Reads all that are kept, by name.</summary>
    public static List<KeptQuery> ReadAll(StateStore state)
    {
        var queries = new List<KeptQuery>();
        foreach (var (key, value) in state.List(Root))
        {
            queries.Add(Read(key[Root.Length..], value));
        }

        queries.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return queries;
    }

    /// <summary>Forgets one, durably.</summary>
    public static ValueTask DeleteAsync(StateStore state, string name, CancellationToken cancellationToken) =>
        state.CommitAsync(new StateBatch().Delete(Root + name), cancellationToken);

    /// <summary>Keeps it, durably.</summary>
    public ValueTask WriteAsync(StateStore state, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, Version);
            writer.WriteString("sql"u8, Sql);
            writer.WriteBoolean("enabled"u8, IsEnabled);
            writer.WriteStartArray("outputs"u8);
            foreach (var output in Outputs)
            {
                writer.WriteStartObject();
                writer.WriteString("from"u8, output.From);
                writer.WriteString("stream"u8, output.Stream);
                writer.WriteString("key"u8, output.KeyColumn);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return state.CommitAsync(new StateBatch().Put(Root + Name, bytes.WrittenSpan), cancellationToken);
    }

    /// <summary>The query as the engine runs it, given the names of the streams and the tables that there are; one
    /// whose text cannot be read fails there, with the reason.</summary>
    public QueryDefinition ToDefinition(IEnumerable<string> streams, IEnumerable<QueryReference> tables)
    {
        try
        {
            return QueryText.Define(streams, Name, Sql, Outputs, tables);
        }
        catch (SqlException)
        {
            return new QueryDefinition { Name = Name, Sql = Sql, Outputs = Outputs };
        }
    }

    private static KeptQuery Read(string name, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("version"u8).GetInt32() == Version)
            {
                return new KeptQuery(
                    name,
                    root.GetProperty("sql"u8).GetString() ?? "",
                    root.GetProperty("enabled"u8).GetBoolean(),
                    [.. root.GetProperty("outputs"u8).EnumerateArray().Select(ReadOutput)]);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return new KeptQuery(name, "", IsEnabled: true, []);
        }

        return new KeptQuery(name, "", IsEnabled: true, []);
    }

    private static QueryOutput ReadOutput(JsonElement output) => new()
    {
        From = output.GetProperty("from"u8).GetString() ?? "",
        Stream = output.GetProperty("stream"u8).GetString() ?? "",
        KeyColumn = output.GetProperty("key"u8).GetString(),
    };
}
