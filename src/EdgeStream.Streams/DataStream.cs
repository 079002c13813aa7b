using System.Numerics;
using System.Security.Cryptography;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// A named, durable sequence of records over one or more shards; one partition key always goes to one shard.
/// </summary>
/// <remarks>Thread-safe. Records of one key keep the order in which their appends returned.</remarks>
public sealed class DataStream
{
    private readonly Shard[] _shards;
    private StreamDefinition _definition;

    internal DataStream(StreamDefinition definition, Shard[] shards)
    {
        _definition = definition;
        _shards = shards;
        foreach (var shard in shards)
        {
            shard.Space.Bind(this, shard);
        }
    }

    /// <summary>The stream's name.</summary>
    public string Name => Definition.Name;

    /// <summary>Layout and retention.</summary>
    public StreamDefinition Definition
    {
        get => Volatile.Read(ref _definition);
        internal set => Volatile.Write(ref _definition, value);
    }

    /// <summary>The shards by hash key range, lowest first.</summary>
    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>The sum over the shards.</summary>
    public StreamStatistics Statistics => Sum(static shard => shard.Statistics);

    /// <summary>Records evicted since the stream was made, by reason: the sum over the shards.</summary>
    public StreamEvictions Evictions => Sum(static shard => shard.Evictions);

    /// <summary>Bytes that the stream's files take on disk, what is reserved in advance included.</summary>
    public long SizeBytes => Sum(static shard => shard.Log.SizeBytes);

    /// <summary>Of these, the bytes of files that wait to become segments and hold no record.</summary>
    public long SpareBytes => Sum(static shard => shard.Log.SpareBytes);

    /// <summary>Bytes of sealed segments that nothing evicts, since an attached consumer needs them.</summary>
    public long ProtectedBytes => Sum(static shard => shard.Log.SealedBytes.Protected);

    /// <summary>
    /// How long the oldest record that the device may not have has been readable: what a power cut takes now, at most.
    /// </summary>
    /// <remarks>With the durability <c>os</c> what the kernel has written by itself is not known.</remarks>
    public TimeSpan UnsyncedAge
    {
        get
        {
            var oldest = TimeSpan.Zero;
            foreach (var shard in _shards)
            {
                var age = shard.Log.UnsyncedAge;
                oldest = age > oldest ? age : oldest;
            }

            return oldest;
        }
    }

    /// <summary>How often background work on the stream's files began to fail, since the store was opened.</summary>
    public long UpkeepFailureCount => Sum(static shard => shard.Log.UpkeepFailureCount);

    /// <summary>What the background check of the sealed segments has done: all shards together.</summary>
    public ScrubStatus Scrub
    {
        get
        {
            var sum = _shards[0].Scrub;
            foreach (var shard in _shards.AsSpan(1))
            {
                var next = shard.Scrub;
                sum = new ScrubStatus(
                    sum.CheckedBytes + next.CheckedBytes,
                    sum.RepairedIndexes + next.RepairedIndexes,
                    sum.LastPass is { } last && next.LastPass is { } other ? (last < other ? last : other) : null,
                    [.. sum.Rot, .. next.Rot]);
            }

            return sum;
        }
    }

    /// <summary>
    /// The first write or sync error of a shard, after which it refuses appends; null while all is well.
    /// </summary>
    public Exception? Failure => Array.Find(_shards, shard => shard.Log.Failure is not null)?.Log.Failure;

    /// <summary>
    /// Whether a shard refuses appends because there is no room for its next segment: on the disk, or in the budget.
    /// </summary>
    public bool IsDiskFull => Array.Exists(_shards, shard => shard.Log.IsDiskFull);

    /// <summary>
    /// Whether a shard has no room for its next segment, on the disk or in the budget: it takes records until the
    /// present one is full.
    /// </summary>
    public bool LacksNextSegment => Array.Exists(_shards, shard => shard.Log.LacksNextSegment);

    /// <summary>Whether it is the budget of all streams that has no room for it.</summary>
    public bool IsOverBudget => Array.Exists(
        _shards, shard => shard.Log.LacksNextSegment && shard.Space.IsOverBudget);

    /// <summary>Bytes of sealed segments that may be evicted.</summary>
    internal long EvictableBytes => Sum(static shard => shard.Log.SealedBytes.Evictable);

    /// <summary>The shard whose range holds the MD5 of the key, read as a big-endian number, as in Kinesis.</summary>
    public Shard ShardFor(ReadOnlySpan<byte> partitionKey)
    {
        if (_shards.Length == 1)
        {
            return _shards[0];
        }

        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(partitionKey, hash);
        var hashKey = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
        foreach (var shard in _shards)
        {
            if (hashKey <= shard.EndingHashKey)
            {
                return shard;
            }
        }

        return _shards[^1];
    }

    /// <summary>
    /// Appends one record without waiting: the bytes are copied, the receipt tells when they are safe.
    /// </summary>
    /// <remarks>Allocates nothing. <paramref name="eventTime"/> null means "as it arrives".</remarks>
    public AppendStatus TryAppend(
        ReadOnlySpan<byte> partitionKey, ReadOnlySpan<byte> data, Timestamp? eventTime, out AppendReceipt receipt)
    {
        var shard = ShardFor(partitionKey);
        var status = shard.Log.TryAppend(partitionKey, data, eventTime, out var sequence);
        receipt = new AppendReceipt(shard, sequence);
        return status;
    }

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
        var room = ShardFor(partitionKey.Span).Log.WhenRoom();
        return room.IsCompletedSuccessfully ? default : new ValueTask(room.WaitAsync(cancellationToken));
    }

    /// <summary>The same for who has only the key's bytes at hand; shared by all who wait.</summary>
    public Task WhenRoom(ReadOnlySpan<byte> partitionKey) => ShardFor(partitionKey).Log.WhenRoom();

    /// <summary>The exception that tells why an append was refused.</summary>
    public StreamException Refusal(AppendStatus status, int dataSizeBytes) => status switch
    {
        AppendStatus.DiskFull => new StreamException(
            status,
            IsOverBudget
                ? $"Stream '{Name}' takes no records: the disk budget of all streams is used up. Raise the budget, "
                    + "lower retention, or let streams drop their oldest records."
                : $"Stream '{Name}' takes no records: the disk has no room for another segment. "
                    + "Free space or lower its retention."),
        AppendStatus.TooLarge => new StreamException(
            status,
            $"Stream '{Name}' refused a record of {dataSizeBytes} bytes: it must fit into half a segment "
                + "and its key into 65,535 bytes."),
        _ => new StreamException(
            status,
            $"Stream '{Name}' takes no records since a write failed: {Failure?.Message ?? "it is closed"}.",
            Failure),
    };

    private T Sum<T>(Func<Shard, T> part)
        where T : struct, IAdditionOperators<T, T, T>
    {
        var sum = default(T);
        foreach (var shard in _shards)
        {
            sum += part(shard);
        }

        return sum;
    }
}
