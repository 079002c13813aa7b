using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Reporting;

/// <summary>
/// Result files, <c>artifacts/results/&lt;area&gt;.json</c>:
/// <c>{"area","machine","rows":[{"name","value","unit","peer","peerValue","ratio","goal","met"}]}</c>.
/// </summary>
/// <remarks>Members that do not apply are left out.</remarks>
internal static class ResultFile
{
    private const string FolderName = "results";

    private static string Folder => RepositoryFolder.Combine("artifacts", FolderName);

    /// <summary>Writes an area's file and returns its path below the repository.</summary>
    public static string Write(AreaResult result)
    {
        var name = result.Area + ".json";
        using (var file = File.Create(Path.Combine(Directory.CreateDirectory(Folder).FullName, name)))
        using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions
        {
            Indented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            writer.WriteStartObject();
            writer.WriteString("area", result.Area);
            writer.WriteString("machine", result.Machine);
            writer.WriteStartArray("rows");
            foreach (var row in result.Rows)
            {
                Write(writer, row);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return $"artifacts/{FolderName}/{name}";
    }

    /// <summary>Reads every area's file, by name.</summary>
    public static IReadOnlyList<AreaResult> ReadAll() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(Read)]
        : [];

    private static void Write(Utf8JsonWriter writer, ResultRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("name", row.Name);
        writer.WriteNumber("value", Rounded(row.Value));
        writer.WriteString("unit", row.Unit);
        if (row.Peer is not null)
        {
            writer.WriteString("peer", row.Peer);
        }

        if (row.PeerValue is { } peerValue)
        {
            writer.WriteNumber("peerValue", Rounded(peerValue));
        }

        if (row.Ratio is { } ratio)
        {
            writer.WriteNumber("ratio", Rounded(ratio));
        }

        if (row.Goal is not null)
        {
            writer.WriteString("goal", row.Goal);
        }

        if (row.Met is { } met)
        {
            writer.WriteBoolean("met", met);
        }

        writer.WriteEndObject();
    }

    /// <summary>Three decimals are more than any of these figures is good for.</summary>
    private static double Rounded(double value) => Math.Round(value, 3);

    private static AreaResult Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        return new AreaResult(
            root.GetProperty("area").GetString()!,
            root.GetProperty("machine").GetString()!,
            [.. root.GetProperty("rows").EnumerateArray().Select(ReadRow)]);
    }

    private static ResultRow ReadRow(JsonElement row) => new(
        row.GetProperty("name").GetString()!,
        row.GetProperty("value").GetDouble(),
        row.GetProperty("unit").GetString()!)
    {
        Peer = row.TryGetProperty("peer", out var peer) ? peer.GetString() : null,
        PeerValue = row.TryGetProperty("peerValue", out var peerValue) ? peerValue.GetDouble() : null,
        Goal = row.TryGetProperty("goal", out var goal) ? goal.GetString() : null,
        Met = row.TryGetProperty("met", out var met) ? met.GetBoolean() : null,
    };
}
