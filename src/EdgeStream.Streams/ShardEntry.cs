using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>One shard as the stream's definition keeps it.</summary>
/// <param name="Index">The number in its id; never used twice within a stream, greater than its parents'.</param>
/// <param name="StartingHashKey">The lowest hash key of its range.</param>
/// <param name="EndingHashKey">The highest hash key of its range.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record ShardEntry(int Index, UInt128 StartingHashKey, UInt128 EndingHashKey, Timestamp CreatedAt)
{
    /// <summary>The index of the shard that was split, or of the first of two that were merged.</summary>
    internal int? Parent { get; init; }

    /// <summary>The index of the second of two that were merged.</summary>
    internal int? AdjacentParent { get; init; }

    /// <summary>Where records may have been cut off.</summary>
    internal ShardCuts Cuts { get; init; } = ShardCuts.None;

    /// <summary>When others took its range; null while it is open.</summary>
    internal Timestamp? ClosedAt { get; init; }

    internal string Id => IdOf(Index);

    internal bool IsChildOf(int index) => Parent == index || AdjacentParent == index;

    internal static string IdOf(int index) => string.Create(CultureInfo.InvariantCulture, $"shardId-{index:D12}");

    internal static bool TryParseId(ReadOnlySpan<char> id, out int index)
    {
        const string Prefix = "shardId-";
        index = 0;
        return id.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(id[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}
