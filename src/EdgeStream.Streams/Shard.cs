using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>One ordered log of a stream and the range of hash keys it takes.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Shard
{
    private readonly EvictionCounts _evictedBefore;
    private readonly long _streamId;
    private ShardEntry _entry;
    private int _state;

    internal Shard(
        long streamId,
        ShardEntry entry,
        ShardLog log,
        ShardSpace space,
        ProducerTable producers,
        EvictionCounts before,
        TimeProvider timeProvider)
    {
        _streamId = streamId;
        _entry = entry;
        _state = (int)(entry.ClosedAt is null ? ShardState.Open : ShardState.Closed);
        Id = ShardEntry.IdOf(entry.Index);
        ParentShardId = entry.Parent is { } parent ? ShardEntry.IdOf(parent) : null;
        AdjacentParentShardId = entry.AdjacentParent is { } adjacent ? ShardEntry.IdOf(adjacent) : null;
        Log = log;
        Space = space;
        Producers = producers;
        Throughput = new ShardThroughput(timeProvider);
        _evictedBefore = SavedEvictionCounts = before;
    }

    /// <summary>The id as Kinesis writes it: <c>shardId-000000000000</c>.</summary>
    public string Id { get; }

    /// <summary>The number in the id: greater than its parents', never used again within the stream.</summary>
    public int Index => _entry.Index;

    /// <summary>The shard that was split, or the first of two that were merged; null for one that the stream was made
    /// with.
    /// </summary>
    /// <remarks>It may have expired.</remarks>
    public string? ParentShardId { get; }

    /// <summary>The second of two shards that were merged; null for all others.</summary>
    public string? AdjacentParentShardId { get; }

    /// <summary>Whether it takes records, is only read, or has gone.</summary>
    public ShardState State => (ShardState)Volatile.Read(ref _state);

    /// <summary>When the shard was made.</summary>
    public Timestamp CreatedAt => Entry.CreatedAt;

    /// <summary>When others took its range; null while it is open.</summary>
    public Timestamp? ClosedAt => Entry.ClosedAt;

    /// <summary>The lowest hash key that belongs to the shard.</summary>
    public UInt128 StartingHashKey => _entry.StartingHashKey;

    /// <summary>The highest hash key that belongs to the shard.</summary>
    public UInt128 EndingHashKey => _entry.EndingHashKey;

    /// <summary>
    /// Kinesis's StartingSequenceNumber: smaller than every record's, greater than every parent's record's.
    /// </summary>
    public KinesisSequenceNumber StartingSequenceNumber => NumberOf(SequenceNumber.None);

    /// <summary>
    /// Kinesis's EndingSequenceNumber: that of the newest record, for ever; null while the shard is open.
    /// </summary>
    public KinesisSequenceNumber? EndingSequenceNumber =>
        State == ShardState.Open ? null : NumberOf(Log.NewestSequence);

    /// <summary>What the shard may take and give in the mode PROVISIONED.</summary>
    public ShardThroughput Throughput { get; }

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

    internal long StreamId => _streamId;

    internal ShardEntry Entry => Volatile.Read(ref _entry);

    internal ShardSpace Space { get; }

    /// <summary>Whose records are recognised.</summary>
    internal ProducerTable Producers { get; }

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
    /// <remarks>
    /// The caller has chosen the shard; the records' keys do not decide. A closed shard answers
    /// <see cref="AppendStatus.Sealed"/>: take an open one; its checkpoints begin anew. Names that begin with <c>@</c>
    /// are the stream's own.
    /// </remarks>
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

    /// <summary>A copy of all checkpoints that batches have set, by name; the stream's own among them.</summary>
    public IReadOnlyList<LogCheckpoint> Checkpoints => Log.Checkpoints;

    /// <summary>Opens a reader. Dispose it: it keeps one segment file mapped.</summary>
    public ShardReader OpenReader(ShardPosition position) => new(this, Log.OpenReader(Resolve(position)));

    /// <summary>A position in the shard as Kinesis prints it.</summary>
    public KinesisSequenceNumber NumberOf(SequenceNumber sequence) =>
        new(_streamId, Index, sequence) { CutCount = Entry.Cuts.CountBefore(sequence) };

    /// <summary>The last position whose number has the same <see cref="KinesisSequenceNumber.CutCount"/> as this
    /// one's.</summary>
    /// <remarks>It holds as long as the store is open.</remarks>
    public SequenceNumber LastOfCutCount(SequenceNumber sequence) => Entry.Cuts.LastOfCount(sequence);

    /// <summary>Whether a number is of this shard, and of a record that it has or had: not one that was cut
    /// off.</summary>
    public bool Has(KinesisSequenceNumber number) =>
        number.StreamId == _streamId
        && number.ShardIndex == Index
        && number.Sequence <= Log.NewestSequence
        && number.CutCount == Entry.Cuts.CountBefore(number.Sequence);

    /// <summary>Where a reader begins that was given a number: at it or behind it.</summary>
    /// <remarks>
    /// A number of a record that a power cut took, which only a relaxed durability lets happen, stands for the first
    /// record that came after the cut: the reader misses nothing that is there, and is given nothing else for it.
    /// </remarks>
    /// <param name="number">The number.</param>
    /// <param name="isBehind">Whether the reader has the record already.</param>
    /// <param name="position">The position.</param>
    /// <returns>False for a number that this shard has not given out.</returns>
    public bool TryResolve(KinesisSequenceNumber number, bool isBehind, out ShardPosition position)
    {
        var cuts = Entry.Cuts;
        var isCutOff = number.CutCount < cuts.Count
            && number.StreamId == _streamId
            && number.ShardIndex == Index
            && number.CutCount <= cuts.CountBefore(number.Sequence);
        var next = isBehind ? number.Sequence.Next : number.Sequence;
        position = ShardPosition.At(isCutOff ? cuts.Resolve(next, number.CutCount) : next);
        return isCutOff || Has(number);
    }

    /// <summary>How often records of the shard may have been cut off.</summary>
    internal int CutCount => Entry.Cuts.Count;

    /// <summary>A position that a reader was told when the shard had been cut so often.</summary>
    internal ShardPosition Resolve(SequenceNumber next, int cutCount) =>
        ShardPosition.At(Entry.Cuts.Resolve(next, cutCount));

    /// <summary>Notes that records behind the newest one may have been cut off; before anything is appended.</summary>
    internal void NoteCut() => Volatile.Write(
        ref _entry, _entry with { Cuts = _entry.Cuts.With(Log.NewestSequence, Log.OldestSequence) });

    /// <summary>Whether another shard is one of its parents.</summary>
    public bool IsChildOf(Shard other) => _entry.IsChildOf(other.Index);

    /// <summary>
    /// Kinesis's MillisBehindLatest of a reader: 0 when it has read everything, else how long ago the last record that
    /// it returned arrived; where it returned none, the next one.
    /// </summary>
    /// <param name="reader">A reader of this shard, after its last read.</param>
    /// <param name="lastArrival">The arrival time of the last record that it returned; null if none.</param>
    /// <param name="now">The wall time.</param>
    public long MillisBehindLatest(ShardReader reader, Timestamp? lastArrival, Timestamp now) =>
        lastArrival is not { } arrival ? MillisBehindLatest(reader.NextSequence, now)
        : reader.NextSequence > Log.NewestSequence ? 0
        : MillisSince(arrival, now);

    /// <summary>
    /// Kinesis's MillisBehindLatest of who has returned nothing and reads on from a record: 0 when there is none, else
    /// how long ago the next one arrived.
    /// </summary>
    public long MillisBehindLatest(SequenceNumber next, Timestamp now)
    {
        if (next > Log.NewestSequence)
        {
            return 0;
        }

        using var reader = OpenReader(ShardPosition.At(next));
        return reader.TryRead(out var record) ? MillisSince(record.ArrivalTime, now) : 0;
    }

    /// <summary>Nothing more comes: readers end behind the newest record.</summary>
    internal void Close(Timestamp closedAt)
    {
        Volatile.Write(ref _entry, _entry with { ClosedAt = closedAt });
        Volatile.Write(ref _state, (int)ShardState.Closed);
        Log.EndReading();
        Producers.Close();
    }

    /// <summary>The shard has gone.</summary>
    internal void Expire() => Volatile.Write(ref _state, (int)ShardState.Expired);

    /// <summary>The sequence number that a position stands for now: where its reader begins.</summary>
    /// <remarks>
    /// It fixes <see cref="ShardPosition.Latest"/>: what comes afterwards lies behind it. A position beyond the newest
    /// record stands behind that: nobody can have read so far.
    /// </remarks>
    public SequenceNumber Resolve(ShardPosition position) => position.Kind switch
    {
        ShardPositionKind.Latest => Log.NewestSequence.Next,
        ShardPositionKind.AtSequenceNumber => AtMostNext(position.Sequence),
        ShardPositionKind.AfterSequenceNumber => AtMostNext(position.Sequence.Next),
        ShardPositionKind.AtTimestamp => Log.FindByArrivalTime(position.Time),
        _ => Log.OldestSequence,
    };

    private static long MillisSince(Timestamp arrival, Timestamp now) =>
        Math.Max(0, now.UnixMilliseconds - arrival.UnixMilliseconds);

    private SequenceNumber AtMostNext(SequenceNumber sequence)
    {
        var next = Log.AppendedSequence.Next;
        return sequence > next ? next : sequence;
    }
}
