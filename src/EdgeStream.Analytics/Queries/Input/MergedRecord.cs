using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>A record of a merged input; its spans are valid until the next read.</summary>
internal readonly ref struct MergedRecord
{
    public required StreamRecord Record { get; init; }

    public required ShardInput Source { get; init; }

    public required long Rowtime { get; init; }
}
