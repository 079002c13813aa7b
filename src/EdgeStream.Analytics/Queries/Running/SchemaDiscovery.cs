using System.Text.Json;
using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Finds the columns of a stream in its newest records.</summary>
public static class SchemaDiscovery
{
    private const int RecordsMax = 200;
    private const int ColumnsMax = 256;

    /// <summary>The members of the newest records as columns, in the order in which they first come.</summary>
    /// <remarks>
    /// Looks at up to 200 records. A member of a nested object is named by its path with <c>_</c> between the
    /// names; arrays
    /// are left out. Whole numbers are BIGINT, others DOUBLE, texts VARCHAR, truth values BOOLEAN; a member of several
    /// kinds has no type. At most 256 columns.
    /// </remarks>
    /// <param name="stream">The stream.</param>
    public static IReadOnlyList<QueryInputColumn> Discover(DataStream stream) => Sample(stream).Columns;

    /// <summary>The same, with how many records it was made of.</summary>
    /// <param name="stream">The stream.</param>
    public static DiscoveredSchema Sample(DataStream stream)
    {
        var records = 0;
        var found = new List<(string Path, string Name)>();
        var types = new Dictionary<string, SqlType?>(StringComparer.Ordinal);
        foreach (var shard in stream.Shards)
        {
            var first = Math.Max(0, shard.NewestSequence.Value - (RecordsMax / Math.Max(1, stream.OpenShards.Count)));
            using var reader = new UserRecordReader(
                shard.OpenReader(ShardPosition.After(new SequenceNumber(first))));
            for (var count = 0; count < RecordsMax && reader.TryRead(out var record); count++)
            {
                records++;
                Look(record.Data, found, types);
            }
        }

        return new DiscoveredSchema(
            stream.Name,
            records,
            [
                .. found.Select(member => new QueryInputColumn(
                    member.Name, types[member.Path] is { } type ? SqlDataType.Of(type) : null, "$." + member.Path)),
            ]);
    }

    private static void Look(
        ReadOnlySpan<byte> data, List<(string, string)> found, Dictionary<string, SqlType?> types)
    {
        try
        {
            var reader = new Utf8JsonReader(data);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                LookInto(ref reader, [], found, types);
            }
        }
        catch (JsonException)
        {
            // What is no JSON has no members; a query reports it.
            return;
        }
    }

    private static void LookInto(
        ref Utf8JsonReader reader, string[] names, List<(string, string)> found, Dictionary<string, SqlType?> types)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string[] path = [.. names, reader.GetString()!];
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && path.Length < ColumnPath.NamesMax)
            {
                LookInto(ref reader, path, found, types);
                continue;
            }

            if (TypeOf(ref reader) is { } type)
            {
                Add(new ColumnPath(path).ToString(), string.Join('_', path), type, found, types);
            }

            reader.Skip();
        }
    }

    private static SqlType? TypeOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.TryGetInt64(out _) ? SqlType.Integer : SqlType.Double,
        JsonTokenType.String => SqlType.Text,
        JsonTokenType.True or JsonTokenType.False => SqlType.Boolean,
        JsonTokenType.Null => SqlType.Null,
        _ => null,
    };

    private static void Add(
        string path, string name, SqlType type, List<(string, string)> found, Dictionary<string, SqlType?> types)
    {
        if (!types.TryGetValue(path, out var known))
        {
            if (found.Count < ColumnsMax)
            {
                found.Add((path, name));
                types.Add(path, type);
            }

            return;
        }

        types[path] = known is SqlType.Null ? type
            : type == SqlType.Null || known == type ? known
            : known is SqlType.Integer or SqlType.Double && type is SqlType.Integer or SqlType.Double ? SqlType.Double
            : null;
    }
}
