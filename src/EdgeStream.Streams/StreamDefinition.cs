using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>How a stream is laid out and how long it keeps its records.</summary>
public sealed record StreamDefinition
{
    internal const int DeduplicationProducersDefault = 256;

    /// <summary>
    /// The name: 1 to 128 letters, digits, <c>_</c>, <c>.</c> or <c>-</c>, as Kinesis allows, not only dots.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// How many shards share the 128-bit hash key range evenly when the stream is made, 1 to 64. Splits, merges and
    /// scaling change the shards and leave this number as it is.
    /// </summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>Records older than this are evicted, a whole segment at a time. One minute to 8,760 hours.</summary>
    public TimeSpan RetentionAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The stream keeps at most about this many bytes over all its shards, never less than two segments a shard.
    /// </summary>
    public long RetentionBytes { get; init; } = 1L << 30;

    /// <summary>What an acknowledgement means.</summary>
    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>Size of one segment file in bytes, 64 KiB to 1 GiB. Takes effect with the next segment.</summary>
    public int SegmentSizeBytes { get; init; } = 64 << 20;

    /// <summary>Whose records stay when the room for all streams is used up.</summary>
    public StreamPriority Priority { get; init; } = StreamPriority.Normal;

    /// <summary>Whether the stream then refuses new records or gives up old ones.</summary>
    public WhenFull WhenFull { get; init; } = WhenFull.Reject;

    /// <summary>
    /// Whether records that an attached consumer has marked as needed stay beyond every limit but the disk's; if not,
    /// limits count whatever consumers need.
    /// </summary>
    public bool ProtectUndelivered { get; init; } = true;

    /// <summary>Whether sealed segments are compressed in the background. What is compressed stays so.</summary>
    public SegmentCompression Compression { get; init; }

    /// <summary>Whether records with a <see cref="ProducerStamp"/> that the stream has are recognised; if not, stamps
    /// say nothing.</summary>
    public bool Deduplication { get; init; }

    /// <summary>How many producers each shard remembers, 1 to 1,000; the one longest unheard of is forgotten.</summary>
    /// <remarks>
    /// With long ids or many gaps fewer: what is remembered takes at most 48 KiB of a shard, and an eleventh of a
    /// segment.
    /// </remarks>
    public int DeduplicationProducersMax { get; init; } = DeduplicationProducersDefault;

    /// <summary>Checks every member against its range.</summary>
    /// <exception cref="ArgumentException">
    /// A member is out of range; the message names it, its value and what is allowed.
    /// </exception>
    public void Validate()
    {
        Require(StreamName.IsValid(Name), nameof(Name), Name, "1 to 128 letters, digits, '_', '.' or '-'");
        Require(ShardCount is >= 1 and <= 64, nameof(ShardCount), ShardCount, "1 to 64");
        Require(
            RetentionAge >= TimeSpan.FromMinutes(1) && RetentionAge <= TimeSpan.FromHours(8760),
            nameof(RetentionAge),
            RetentionAge,
            "1 minute to 8,760 hours");
        Require(RetentionBytes > 0, nameof(RetentionBytes), RetentionBytes, "more than 0");
        Require(
            SegmentSizeBytes is >= 64 << 10 and <= 1 << 30,
            nameof(SegmentSizeBytes),
            SegmentSizeBytes,
            "64 KiB to 1 GiB");
        Require(
            DeduplicationProducersMax is >= 1 and <= 1000,
            nameof(DeduplicationProducersMax),
            DeduplicationProducersMax,
            "1 to 1,000");
        Require(Enum.IsDefined(Compression), nameof(Compression), Compression, "None, Auto or Brotli");
    }

    private static void Require(bool isRight, string member, object value, string allowed)
    {
        if (!isRight)
        {
            throw new ArgumentException($"{member} is {value}; allowed is {allowed}.");
        }
    }
}
