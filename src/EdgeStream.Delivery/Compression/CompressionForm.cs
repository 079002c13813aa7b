using System.IO.Compression;

namespace EdgeStream.Delivery;

/// <summary>What each kind of compression is called, and what does it.</summary>
public static class CompressionForm
{
    private static readonly string[] Words = ["none", "gzip", "zip", "snappy", "hadoop-snappy", "zstd"];
    private static readonly string[] Extensions = ["", ".gz", ".zip", ".snappy", ".snappy", ".zst"];

    /// <summary>The words of the configuration, in the order of their numbers.</summary>
    public static IReadOnlyList<string> All => Words;

    /// <summary>The word for a kind.</summary>
    public static string WordOf(CompressionKind kind) => Words[(int)kind];

    /// <summary>The kind that a word stands for; false for other words.</summary>
    public static bool TryParse(string word, out CompressionKind kind)
    {
        kind = (CompressionKind)Math.Max(0, Array.IndexOf(Words, word));
        return Words[(int)kind] == word;
    }

    /// <summary>What object names end with; empty for none.</summary>
    internal static string ExtensionOf(CompressionKind kind) => Extensions[(int)kind];

    /// <summary>The media type of what is compressed so; null where it is not.</summary>
    internal static string? ContentTypeOf(CompressionKind kind) => kind switch
    {
        CompressionKind.Gzip => "application/gzip",
        CompressionKind.Zip => "application/zip",
        CompressionKind.Zstandard => "application/zstd",
        CompressionKind.Snappy or CompressionKind.HadoopSnappy => "application/octet-stream",
        _ => null,
    };

    /// <summary>What is wrong with a kind on this machine, as a sentence without a subject; null when nothing is.
    /// </summary>
    internal static string? ProblemOf(CompressionKind kind, bool hasZstandard) =>
        !Enum.IsDefined(kind) ? $"{kind} is unknown: {string.Join(", ", Words)} are allowed."
        : kind == CompressionKind.Zstandard && !hasZstandard
            ? $"zstd needs {ZstandardLibrary.FileName}, which this machine does not have: install libzstd1, or take "
                + "gzip."
            : null;

    /// <summary>A stream that compresses into another; null for none.</summary>
    internal static Stream? Open(CompressionKind kind, Stream output, string entryName) => kind switch
    {
        CompressionKind.Gzip => new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true),
        CompressionKind.Zip => new ZipStream(output, entryName),
        CompressionKind.Snappy => new SnappyStream(output, isHadoop: false),
        CompressionKind.HadoopSnappy => new SnappyStream(output, isHadoop: true),
        CompressionKind.Zstandard => new ZstandardStream(output),
        _ => null,
    };
}
