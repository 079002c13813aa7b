namespace EdgeStream.Storage;

/// <summary>How one shard log is kept.</summary>
public sealed record ShardLogOptions
{
    /// <summary>The shard's folder; made if missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Size of a new segment file in bytes, 64 KiB to 1 GiB.</summary>
    public int SegmentSizeBytes { get; init; } = 64 << 20;

    /// <summary>What an acknowledgement means.</summary>
    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>Largest key and value together, in bytes. Never more than half a segment.</summary>
    public int RecordSizeBytesMax { get; init; } = 10 << 20;

    /// <summary>Bytes that may wait for the committer; as many again may be on their way to the disk.</summary>
    public int BufferSizeBytesMax { get; init; } = 1 << 20;

    /// <summary>Records older than this may be evicted, a segment at a time.</summary>
    public TimeSpan RetentionAge { get; init; } = TimeSpan.MaxValue;

    /// <summary>The log keeps about this many bytes, never less than two segments.</summary>
    public long RetentionBytes { get; init; } = long.MaxValue;

    /// <summary>
    /// Files that wait to become segments, 0 to 2: retired segments, or one made ahead of need. They count as used.
    /// </summary>
    public int SpareSegmentsMax { get; init; } = 1;

    /// <summary>Who is asked before the log takes room on the disk; null when only the disk itself limits it.</summary>
    public ILogSpace? Space { get; init; }

    /// <summary>
    /// The keys, and which of them new segments get; null reads and writes nothing encrypted. Another key for new
    /// segments, or none, counts from the next append on, which begins a new segment.
    /// </summary>
    public LogEncryption? Encryption { get; init; }

    /// <summary>Whether sealed segments are compressed in the background. What is compressed stays so.</summary>
    public SegmentCompression Compression { get; init; }

    /// <summary>The library for Zstandard; null where there is none: then what it compressed cannot be read.</summary>
    internal ZstandardLibrary? Zstandard { get; init; } = ZstandardLibrary.Instance;
}
