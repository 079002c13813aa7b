using System.IO.Compression;
using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>What a delivery to a folder has written: gzip JSON Lines below <c>YYYY/MM/DD/HH/</c>.</summary>
public static class DeliveredFolder
{
    /// <summary>Every record of every finished file, file by file in the order of their names.</summary>
    /// <exception cref="InvalidDataException">A file is no complete gzip stream.</exception>
    public static IReadOnlyList<ApiRecord> ReadAll(string folder) => [.. Files(folder).SelectMany(Read)];

    /// <summary>The finished files, by name; none while the folder does not exist.</summary>
    public static IReadOnlyList<string> Files(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.jsonl.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
        : [];

    private static IEnumerable<ApiRecord> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var lines = new StreamReader(gzip);
        while (lines.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return ApiRecord.From(document.RootElement.Clone());
        }
    }
}
