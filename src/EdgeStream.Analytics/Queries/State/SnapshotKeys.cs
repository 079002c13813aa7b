using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>The keys of queries in the gateway's state; frozen.</summary>
internal static class SnapshotKeys
{
    /// <summary>What all of them begin with.</summary>
    public const string Root = "queries/";

    private const string JournalRoot = "queries-journal/";

    /// <summary>The header of a query.</summary>
    public static string Header(string query) => $"{Root}{query}";

    /// <summary>The query that a key under <see cref="Root"/> belongs to.</summary>
    public static string QueryOf(string key)
    {
        var end = key.IndexOf('/', Root.Length);
        return end < 0 ? key[Root.Length..] : key[Root.Length..end];
    }

    /// <summary>A part of a query's state.</summary>
    public static string Chunk(string query, byte set, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Chunks(query)}{set}/{index:d4}");

    /// <summary>What the keys of a query's state begin with.</summary>
    public static string Chunks(string query) => $"{Root}{query}/state/";

    /// <summary>A piece of a reader's journal.</summary>
    public static string Journal(string reader, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Journals(reader)}{index:d6}");

    /// <summary>What the keys of a reader's journal begin with; of all readers' for an empty name.</summary>
    public static string Journals(string reader) => reader.Length == 0 ? JournalRoot : $"{JournalRoot}{reader}/";
}
