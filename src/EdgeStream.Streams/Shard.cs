using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>One ordered log of a stream and the range of hash keys it takes.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Shard
{
    private readonly EvictionCounts _evictedBefore;

    internal Shard(
        int index,
        UInt128 startingHashKey,
        UInt128 endingHashKey,
        ShardLog log,
        ShardSpace space,
        EvictionCounts before)
    {
        Id = IdOf(index);
        StartingHashKey = startingHashKey;
        EndingHashKey = endingHashKey;
        Log = log;
        Space = space;
        _evictedBefore = SavedEvictionCounts = before;
    }

    /// <summary>The id as Kinesis writes it: <c>shardId-000000000000</c>.</summary>
    public string Id { get; }

    /// <summary>The lowest hash key that belongs to the shard.</summary>
    public UInt128 StartingHashKey { get; }

    /// <summary>The highest hash key that belongs to the shard.</summary>
    public UInt128 EndingHashKey { get; }

    /// <summary>The oldest record that is kept; one past the newest when there is none.</summary>
    public SequenceNumber OldestSequence => Log.OldestSequence;

    /// <summary>The newest acknowledged record; <see cref="SequenceNumber.None"/> when there never was one.</summary>
    public SequenceNumber NewestSequence => Log.NewestSequence;

    /// <summary>Counters since the shard was made; see <see cref="StreamStatistics"/>.</summary>
    public StreamStatistics Statistics
    {
        get
        {
            var oldest = Log.OldestSequence.Value;
            var newest = Log.NewestSequence.Value;
            var lost = Log.LostRecords;
            var lostBefore = Log.CountLostBefore(new SequenceNumber(oldest));
            var stored = Math.Max(0, newest - oldest + 1 - (lost - lostBefore));
            return new StreamStatistics(newest, stored, Log.UsedBytes, oldest - 1 - lostBefore, lost);
        }
    }

    /// <summary>Records evicted since the shard was made, by reason.</summary>
    public StreamEvictions Evictions
    {
        get
        {
            var counts = EvictionCounts;
            var evicted = Log.OldestSequence.Value - 1;
            return new StreamEvictions(
                counts.Age, counts.Bytes, counts.Budget, counts.DiskFull, Math.Max(0, evicted - counts.Total));
        }
    }

    /// <summary>
    /// Which background work on the shard's files failed when it was last tried; appending and reading go on.
    /// </summary>
    public IReadOnlyList<UpkeepFailure> UpkeepFailures => Log.UpkeepFailures;

    /// <summary>What the background check of the sealed segments has done.</summary>
    public ScrubStatus Scrub => Log.Scrub;

    internal ShardLog Log { get; }

    internal ShardSpace Space { get; }

    internal EvictionCounts EvictionCounts => _evictedBefore + Log.Evictions;

    /// <summary>The counts as the state has them; used by the ledger alone.</summary>
    internal EvictionCounts SavedEvictionCounts { get; set; }

    /// <summary>The counts that are on their way to the state; used by the ledger alone.</summary>
    internal EvictionCounts SavingEvictionCounts { get; set; }

    /// <summary>About how many bytes of log lie between a position and the newest record.</summary>
    public long BytesAfter(SequenceNumber sequence) => Log.BytesAfter(sequence);

    /// <summary>
    /// Appends the records of a batch and sets its checkpoints without waiting: all of it or nothing, also over a power
    /// cut.
    /// </summary>
    /// <remarks>The caller has chosen the shard; the records' keys do not decide.</remarks>
    /// <param name="batch">At least one record; the bytes are copied.</param>
    /// <param name="last">The receipt of the last record: the others stand before it without a gap.</param>
    /// <exception cref="ArgumentException">The batch has no record.</exception>
    public AppendStatus TryAppend(AppendBatch batch, out AppendReceipt last)
    {
        var status = Log.TryAppend(batch, out var first);
        last = new AppendReceipt(this, new SequenceNumber(first.Value + batch.RecordCount - 1));
        return status;
    }

    /// <summary>The newest value of a checkpoint that batches have set; false if there is none of this name.</summary>
    public bool TryGetCheckpoint(string name, out ReadOnlyMemory<byte> value) => Log.TryGetCheckpoint(name, out value);

    /// <summary>Opens a reader. Dispose it: it keeps one segment file mapped.</summary>
    public ShardReader OpenReader(ShardPosition position) => new(this, Log.OpenReader(Resolve(position)));

    /// <summary>The id of the shard with this index.</summary>
    internal static string IdOf(int index) => string.Create(CultureInfo.InvariantCulture, $"shardId-{index:D12}");

    /// <summary>The sequence number that a position stands for now.</summary>
    internal SequenceNumber Resolve(ShardPosition position) => position.Kind switch
    {
        ShardPositionKind.Latest => Log.NewestSequence.Next,
        ShardPositionKind.AtSequenceNumber => position.Sequence,
        ShardPositionKind.AfterSequenceNumber => position.Sequence.Next,
        ShardPositionKind.AtTimestamp => Log.FindByArrivalTime(position.Time),
        _ => Log.OldestSequence,
    };
}
