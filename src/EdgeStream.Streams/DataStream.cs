using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// A named, durable sequence of records over one or more shards; one partition key always goes to one shard.
/// </summary>
/// <remarks>Thread-safe. Records of one key keep the order in which their appends returned.</remarks>
public sealed class DataStream
{
    private readonly Lock _gate = new();
    private ShardMap _map;
    private StreamEntry _entry;
    private TaskCompletionSource? _change;
    private long _duplicateRecords;
    private uint _evenlyPut;
    private volatile bool _isDeleted;

    internal DataStream(StreamEntry entry, Shard[] shards)
    {
        _entry = entry;
        _map = new ShardMap(shards, entry);
        foreach (var shard in shards)
        {
            shard.Space.Bind(this, shard);
        }
    }

    /// <summary>The stream's name.</summary>
    public string Name => Definition.Name;

    /// <summary>Layout and retention.</summary>
    public StreamDefinition Definition => Entry.Definition;

    /// <summary>What Kinesis's API says of the stream beside that.</summary>
    public StreamAttributes Attributes => Entry.Attributes;

    /// <summary>Whether it was deleted: its shards have expired, and readers end where they are.</summary>
    public bool IsDeleted => _isDeleted;

    /// <summary>
    /// Whether its shards are being changed: Kinesis's status UPDATING. All of it goes on working meanwhile.
    /// </summary>
    public bool IsChanging =>
        Volatile.Read(ref _change) is { Task.IsCompleted: false } || Entry.ScalingTarget is not null;

    /// <summary>Open and closed shards as they stand at the call, parents before their children.</summary>
    /// <remarks>
    /// The list never changes; another takes its place when the stream is resharded or a closed shard expires
    /// (<see cref="WhenShardsChange"/>). Whoever reads all of a stream uses a <see cref="ShardSuccession"/>.
    /// </remarks>
    public IReadOnlyList<Shard> Shards => Map.All;

    /// <summary>The shards that take records, by hash key range, lowest first: they share all of it.</summary>
    public IReadOnlyList<Shard> OpenShards => Map.Open;

    /// <summary>The sum over the shards.</summary>
    /// <remarks>Those that have expired count with what they were.</remarks>
    public StreamStatistics Statistics => Entry.Expired.Statistics + Map.Sum(static shard => shard.Statistics);

    /// <summary>Records evicted since the stream was made, by reason: the sum over the shards.</summary>
    public StreamEvictions Evictions => Entry.Expired.Evictions + Map.Sum(static shard => shard.Evictions);

    /// <summary>Records that were sent again and recognised, since the store was opened.</summary>
    public long DuplicateRecords => Volatile.Read(ref _duplicateRecords);

    /// <summary>Bytes that the stream's files take on disk, what is reserved in advance included.</summary>
    public long SizeBytes => Map.Sum(static shard => shard.Log.SizeBytes);

    /// <summary>Of these, the bytes of files that wait to become segments and hold no record.</summary>
    public long SpareBytes => Map.Sum(static shard => shard.Log.SpareBytes);

    /// <summary>Bytes of sealed segments that nothing evicts, since an attached consumer needs them.</summary>
    public long ProtectedBytes => Map.Sum(static shard => shard.Log.SealedBytes.Protected);

    /// <summary>
    /// How long the oldest record that the device may not have has been readable: what a power cut takes now, at most.
    /// </summary>
    /// <remarks>With the durability <c>os</c> what the kernel has written by itself is not known.</remarks>
    public TimeSpan UnsyncedAge => Map.UnsyncedAge;

    /// <summary>Files that recovery has set aside as damaged; they take room until somebody takes them away.</summary>
    public SetAsideFiles SetAside => Map.Sum(static shard => shard.Log.SetAside);

    /// <summary>How often background work on the stream's files began to fail, since the store was opened.</summary>
    public long UpkeepFailureCount => Map.Sum(static shard => shard.Log.UpkeepFailureCount);

    /// <summary>What the background check of the sealed segments has done: all shards together.</summary>
    public ScrubStatus Scrub => Map.Scrub;

    /// <summary>
    /// The first write or sync error of a shard, after which it refuses appends; null while all is well.
    /// </summary>
    public Exception? Failure => Array.Find(Map.All, shard => shard.Log.Failure is not null)?.Log.Failure;

    /// <summary>
    /// Whether a shard refuses appends because there is no room for its next segment: on the disk, or in the budget.
    /// </summary>
    public bool IsDiskFull => Array.Exists(Map.Open, shard => shard.Log.IsDiskFull);

    /// <summary>
    /// Whether a shard has no room for its next segment, on the disk or in the budget: it takes records until the
    /// present one is full.
    /// </summary>
    public bool LacksNextSegment => Array.Exists(Map.Open, shard => shard.Log.LacksNextSegment);

    /// <summary>Whether it is the budget of all streams that has no room for it.</summary>
    public bool IsOverBudget => Array.Exists(
        Map.Open, shard => shard.Log.LacksNextSegment && shard.Space.IsOverBudget);

    /// <summary>Bytes of sealed segments that may be evicted.</summary>
    internal long EvictableBytes => Map.Sum(static shard => shard.Log.SealedBytes.Evictable);

    internal StreamEntry Entry
    {
        get => Volatile.Read(ref _entry);
        set => Volatile.Write(ref _entry, value);
    }

    internal ShardMap Map => Volatile.Read(ref _map);

    /// <summary>The open shard whose range holds the MD5 of the key, read as a big-endian number, as in Kinesis.
    /// </summary>
    public Shard ShardFor(ReadOnlySpan<byte> partitionKey)
    {
        var map = Map;
        return map.Open.Length == 1 ? map.Open[0] : map.For(HashKeyOf(partitionKey));
    }

    /// <summary>The open shard whose range holds a hash key.</summary>
    public Shard ShardFor(UInt128 hashKey) => Map.For(hashKey);

    /// <summary>Finds a shard, open or closed, by its id.</summary>
    public bool TryGetShard(string id, [NotNullWhen(true)] out Shard? shard)
    {
        shard = Array.Find(Map.All, shard => shard.Id == id);
        return shard is not null;
    }

    /// <summary>Finds a shard, open or closed, by the number in its id.</summary>
    public bool TryGetShard(int index, [NotNullWhen(true)] out Shard? shard)
    {
        shard = Array.Find(Map.All, shard => shard.Index == index);
        return shard is not null;
    }

    /// <summary>Finds the shard of a number that Kinesis's API was given.</summary>
    /// <remarks>
    /// False for a number of another stream, of a shard that has gone, or beyond what the shard has taken: Kinesis's
    /// InvalidArgumentException. A SequenceNumberForOrdering that is found is obeyed by nature: within a key every
    /// record's number is greater than those of the records that were acknowledged before it was put.
    /// </remarks>
    public bool TryGetShard(KinesisSequenceNumber number, [NotNullWhen(true)] out Shard? shard)
    {
        shard = Array.Find(Map.All, shard => shard.Has(number));
        return shard is not null;
    }

    /// <summary>The shards that took a closed shard's range: two after a split, one after a merge, none of an open one.
    /// </summary>
    public IReadOnlyList<Shard> ChildrenOf(Shard shard) => Array.FindAll(Map.All, child => child.IsChildOf(shard));

    /// <summary>Completes when <see cref="Shards"/> is another list than this one.</summary>
    public Task WhenShardsChange(IReadOnlyList<Shard> seen) =>
        Map is var map && ReferenceEquals(map.All, seen) ? map.WhenReplaced : Task.CompletedTask;

    /// <summary>
    /// Appends one record without waiting: the bytes are copied, the receipt tells when they are safe.
    /// </summary>
    /// <remarks>
    /// Allocates nothing. <paramref name="eventTime"/> null means "as it arrives". While the key's shard is being
    /// split or merged the answer is <see cref="AppendStatus.Busy"/>, never <see cref="AppendStatus.Sealed"/>.
    /// </remarks>
    public AppendStatus TryAppend(
        ReadOnlySpan<byte> partitionKey, ReadOnlySpan<byte> data, Timestamp? eventTime, out AppendReceipt receipt)
    {
        var shard = ShardFor(partitionKey);
        var status = shard.Log.TryAppend(partitionKey, data, eventTime, out var sequence);
        if (status == AppendStatus.Sealed)
        {
            return AppendElsewhere(HashKeyOf(partitionKey), partitionKey, data, eventTime, out receipt);
        }

        receipt = new AppendReceipt(shard, sequence);
        return status;
    }

    /// <summary>The same, to the shard of a hash key that the caller names: Kinesis's ExplicitHashKey.</summary>
    /// <remarks>The record keeps its partition key, and nothing of the hash key.</remarks>
    public AppendStatus TryAppend(
        UInt128 explicitHashKey,
        ReadOnlySpan<byte> partitionKey,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        out AppendReceipt receipt)
    {
        var shard = Map.For(explicitHashKey);
        var status = shard.Log.TryAppend(partitionKey, data, eventTime, out var sequence);
        if (status == AppendStatus.Sealed)
        {
            return AppendElsewhere(explicitHashKey, partitionKey, data, eventTime, out receipt);
        }

        receipt = new AppendReceipt(shard, sequence);
        return status;
    }

    /// <summary>The same, unless the stream has the record already, by what its producer says of it.</summary>
    /// <remarks>
    /// <see cref="AppendStatus.Accepted"/> also for a record that is not appended again
    /// (<see cref="AppendReceipt.IsDuplicate"/>): its receipt completes no earlier than that of the one that was taken.
    /// <see cref="AppendStatus.TooOld"/> for one of which nobody knows any more whether the stream has it.
    /// A record that is sent again has its key or hash key again. Where the stream does not deduplicate, the stamp says
    /// nothing. Allocates nothing for a producer that is known.
    /// </remarks>
    /// <param name="explicitHashKey">The hash key; null for the MD5 of the partition key.</param>
    /// <param name="partitionKey">The partition key in UTF-8.</param>
    /// <param name="data">The record's bytes.</param>
    /// <param name="eventTime">The event time; null for "as it arrives".</param>
    /// <param name="stamp">Who made it, and its number.</param>
    /// <param name="receipt">Where the record is, and when it is safe.</param>
    public AppendStatus TryAppend(
        UInt128? explicitHashKey,
        ReadOnlySpan<byte> partitionKey,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        in ProducerStamp stamp,
        out AppendReceipt receipt)
    {
        var definition = Definition;
        var hashKey = explicitHashKey ?? HashKeyOf(partitionKey);
        if (!definition.Deduplication || stamp.ProducerId.IsEmpty)
        {
            return TryAppend(hashKey, partitionKey, data, eventTime, out receipt);
        }

        var map = Map;
        while (true)
        {
            var shard = map.For(hashKey);
            var status = shard.Producers.TryAppend(
                this, partitionKey, data, eventTime, stamp, out var sequence, out var isDuplicate);
            receipt = new AppendReceipt(shard, sequence, isDuplicate);
            var next = Map;
            if (isDuplicate)
            {
                Interlocked.Increment(ref _duplicateRecords);
            }

            if (status != AppendStatus.Sealed || ReferenceEquals(map, next))
            {
                return status == AppendStatus.Sealed ? AppendStatus.Busy : status;
            }

            map = next;
        }
    }

    /// <summary>
    /// Appends one record as Kinesis's API does: within the stream's record size and its mode's limits.
    /// </summary>
    /// <remarks>Allocates nothing. Limits and an even distribution (<see cref="RecordDistribution"/>) count for this
    /// call alone: <see cref="ShardThroughput"/>.</remarks>
    /// <param name="explicitHashKey">The hash key; null for the MD5 of the partition key.</param>
    /// <param name="partitionKey">The partition key in UTF-8.</param>
    /// <param name="data">The record's bytes.</param>
    /// <param name="receipt">Where the record went; of a refused one only the shard counts.</param>
    public PutStatus TryPut(
        UInt128? explicitHashKey,
        ReadOnlySpan<byte> partitionKey,
        ReadOnlySpan<byte> data,
        out AppendReceipt receipt) => TryPut(explicitHashKey, partitionKey, data, default, out receipt);

    /// <summary>The same, unless the stream has the record already, by what its producer says of it.</summary>
    /// <remarks>What is not appended again takes nothing of the mode's limits. Where it is recognised by is its
    /// shard: it goes by its key also where records are distributed evenly.</remarks>
    /// <param name="explicitHashKey">The hash key; null for the MD5 of the partition key.</param>
    /// <param name="partitionKey">The partition key in UTF-8.</param>
    /// <param name="data">The record's bytes.</param>
    /// <param name="stamp">Who made it, and its number; the default for a record without.</param>
    /// <param name="receipt">Where the record is; of a refused one only the shard counts.</param>
    public PutStatus TryPut(
        UInt128? explicitHashKey,
        ReadOnlySpan<byte> partitionKey,
        ReadOnlySpan<byte> data,
        in ProducerStamp stamp,
        out AppendReceipt receipt)
    {
        var attributes = Attributes;
        var isEven = attributes is { Distribution: RecordDistribution.Even, Mode: StreamMode.OnDemand }
            && stamp.ProducerId.IsEmpty;
        var hashKey = isEven ? NextEvenly() : explicitHashKey ?? HashKeyOf(partitionKey);
        var shard = Map.For(hashKey);
        receipt = new AppendReceipt(shard, SequenceNumber.None);
        var sizeBytes = partitionKey.Length + data.Length;
        if (sizeBytes > attributes.RecordSizeBytesMax)
        {
            return PutStatus.TooLarge;
        }

        var isLimited = attributes.Mode == StreamMode.Provisioned;
        if (isLimited && !shard.Throughput.TryTakeWrite(sizeBytes))
        {
            return PutStatus.ThroughputExceeded;
        }

        var status = stamp.ProducerId.IsEmpty
            ? TryAppend(hashKey, partitionKey, data, null, out receipt)
            : TryAppend(hashKey, partitionKey, data, null, stamp, out receipt);
        if (isLimited && (status != AppendStatus.Accepted || receipt.IsDuplicate))
        {
            shard.Throughput.ReturnWrite(sizeBytes);
        }

        return (PutStatus)status;
    }

    /// <summary>The MD5 of a partition key, read as a big-endian number.</summary>
    public static UInt128 HashKeyOf(ReadOnlySpan<byte> partitionKey) => PartitionKeyHash.Of(partitionKey);

    /// <summary>
    /// Appends one record, waiting while the committer is behind, and completes when the record is acknowledged.
    /// </summary>
    /// <exception cref="StreamException">
    /// The disk is full, the record is too large, or the shard has failed.
    /// </exception>
    /// <exception cref="IOException">The write or sync failed.</exception>
    public async ValueTask<AppendReceipt> AppendAsync(
        ReadOnlyMemory<byte> partitionKey,
        ReadOnlyMemory<byte> data,
        Timestamp? eventTime = null,
        CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var status = TryAppend(partitionKey.Span, data.Span, eventTime, out var receipt);
            if (status == AppendStatus.Accepted)
            {
                await receipt.WhenAcknowledged().WaitAsync(cancellationToken).ConfigureAwait(false);
                return receipt;
            }

            if (status != AppendStatus.Busy)
            {
                throw Refusal(status, data.Length);
            }

            await WaitForRoomAsync(partitionKey, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Appends the records of a batch to one shard, and sets its checkpoints there: all of it or nothing, also over a
    /// power cut. Waits while the committer is behind, and completes when all of it is acknowledged.
    /// </summary>
    /// <remarks>
    /// Whoever fills one stream from another keeps its place in the input as a checkpoint of the output, and so neither
    /// loses nor repeats a record; <see cref="Shard.TryGetCheckpoint"/> tells where to go on. The keys are kept, but
    /// the caller chooses the shard. The batch may be used again when the call has completed.
    /// </remarks>
    /// <returns>The receipt of the last record.</returns>
    /// <exception cref="StreamException">
    /// The disk is full, the batch or a record in it is too large, or the shard has failed.
    /// </exception>
    /// <exception cref="IOException">The write or sync failed.</exception>
    public async ValueTask<AppendReceipt> AppendAsync(
        Shard shard, AppendBatch batch, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var status = shard.TryAppend(batch, out var receipt);
            if (status == AppendStatus.Accepted)
            {
                await receipt.WhenAcknowledged().WaitAsync(cancellationToken).ConfigureAwait(false);
                return receipt;
            }

            if (status != AppendStatus.Busy)
            {
                throw Refusal(status, batch.SizeBytes);
            }

            await shard.Log.WhenRoom().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when a shard that answered <see cref="AppendStatus.Busy"/> is worth another try.</summary>
    public ValueTask WaitForRoomAsync(ReadOnlyMemory<byte> partitionKey, CancellationToken cancellationToken = default)
    {
        var room = WhenRoom(partitionKey.Span);
        return room.IsCompletedSuccessfully ? default : new ValueTask(room.WaitAsync(cancellationToken));
    }

    /// <summary>The same for who has only the key's bytes at hand; shared by all who wait.</summary>
    public Task WhenRoom(ReadOnlySpan<byte> partitionKey) => WhenRoom(ShardFor(partitionKey));

    /// <summary>The same for the shard of a hash key.</summary>
    public Task WhenRoom(UInt128 hashKey) => WhenRoom(Map.For(hashKey));

    private Task WhenRoom(Shard shard)
    {
        var log = shard.Log;
        return log.IsSealed ? Volatile.Read(ref _change)?.Task ?? Task.CompletedTask : log.WhenRoom();
    }

    /// <summary>The exception that tells why an append was refused.</summary>
    public StreamException Refusal(AppendStatus status, int dataSizeBytes) =>
        StreamException.Of(this, status, dataSizeBytes);

    /// <summary>Begins a change of the shards: who finds a sealed one waits for the end of it.</summary>
    internal void BeginChange() => Volatile.Write(
        ref _change, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Ends it, whatever came of it.</summary>
    internal void EndChange() => _change?.TrySetResult();

    /// <summary>Puts other shards in the place of these.</summary>
    internal void Use(StreamEntry entry, Shard[] shards)
    {
        ShardMap old;
        lock (_gate)
        {
            foreach (var shard in shards)
            {
                shard.Space.Bind(this, shard);
                foreach (var parent in _map.All)
                {
                    if (shard.IsChildOf(parent))
                    {
                        shard.Space.Inherit(parent.Space);
                    }
                }
            }

            old = _map;
            Entry = entry;
            Volatile.Write(ref _map, new ShardMap(shards, entry));
        }

        old.SayReplaced();
    }

    /// <summary>The stream was deleted: so are its shards, and readers end where they are.</summary>
    internal void Expire()
    {
        _isDeleted = true;
        foreach (var shard in Map.All)
        {
            shard.Expire();
        }
    }

    /// <summary>Begins or ends a consumer's protection, in the shards to come as well.</summary>
    internal void Attach(StreamConsumer consumer, bool isProtecting)
    {
        lock (_gate)
        {
            foreach (var shard in _map.All)
            {
                shard.Space.Attach(consumer, isProtecting);
            }
        }
    }

    /// <summary>Lets a consumer's protection end a little later.</summary>
    internal void Detach(StreamConsumer consumer)
    {
        lock (_gate)
        {
            foreach (var shard in _map.All)
            {
                shard.Space.Detach(consumer);
            }
        }
    }

    /// <summary>A hash key of the open shard whose turn it is.</summary>
    private UInt128 NextEvenly()
    {
        var open = Map.Open;
        return open[Interlocked.Increment(ref _evenlyPut) % (uint)open.Length].StartingHashKey;
    }

    /// <summary>The shard was sealed: another one has taken the key's range, or will in a moment.</summary>
    private AppendStatus AppendElsewhere(
        UInt128 hashKey,
        ReadOnlySpan<byte> partitionKey,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        out AppendReceipt receipt)
    {
        var map = Map;
        while (true)
        {
            var shard = map.For(hashKey);
            var status = shard.Log.TryAppend(partitionKey, data, eventTime, out var sequence);
            receipt = new AppendReceipt(shard, sequence);
            var next = Map;
            if (status != AppendStatus.Sealed || ReferenceEquals(map, next))
            {
                return status == AppendStatus.Sealed ? AppendStatus.Busy : status;
            }

            map = next;
        }
    }
}
