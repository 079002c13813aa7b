using System.IO.Compression;
using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>What a delivery to a folder has written: gzip JSON Lines below <c>YYYY/MM/DD/HH/</c>.</summary>
public static class DeliveredFolder
{
    /// <summary>Every record of every finished file, file by file in the order of their names.</summary>
    /// <exception cref="InvalidDataException">A file is no complete gzip stream.</exception>
    public static IReadOnlyList<ApiRecord> ReadAll(string folder) =>
        ReadAll(folder, record => ApiRecord.From(record.Clone()));

    /// <summary>The same, keeping of every record only what <paramref name="keep"/> takes out of its JSON.</summary>
    /// <exception cref="InvalidDataException">A file is no complete gzip stream.</exception>
    public static IReadOnlyList<T> ReadAll<T>(string folder, Func<JsonElement, T> keep) =>
        [.. Files(folder).SelectMany(file => Read(file, keep))];

    /// <summary>The finished files, by name; none while the folder does not exist.</summary>
    public static IReadOnlyList<string> Files(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.jsonl.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
        : [];

    private static IEnumerable<T> Read<T>(string path, Func<JsonElement, T> keep)
    {
        using var file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var lines = new StreamReader(gzip);
        while (lines.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return keep(document.RootElement);
        }
    }
}
