using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>A named reader of a stream whose checkpoints survive a restart.</summary>
/// <remarks>
/// Thread-safe. A checkpoint is "everything up to and including this record is done". Those of a closed shard are kept
/// until it expires; a split or merge sets the children's to "nothing", in the same step.
/// </remarks>
public sealed class StreamConsumer
{
    internal const string KeyPrefix = "consumers/";

    private readonly StateStore _state;
    private readonly Dictionary<string, SequenceNumber> _starts = [];

    internal StreamConsumer(StateStore state, DataStream stream, string name, ShardPosition start)
    {
        _state = state;
        Stream = stream;
        Name = name;
        foreach (var shard in stream.Shards)
        {
            _starts[shard.Id] = shard.Resolve(start);
        }
    }

    /// <summary>The consumer's name, unique within the stream.</summary>
    public string Name { get; }

    /// <summary>The stream it reads.</summary>
    public DataStream Stream { get; }

    /// <summary>Acknowledged records after the checkpoint (or the start position), over all shards.</summary>
    public long PendingRecords
    {
        get
        {
            long count = 0;
            foreach (var shard in Stream.Shards)
            {
                var next = Math.Max(NextSequence(shard).Value, shard.OldestSequence.Value);
                count += Math.Max(0, shard.NewestSequence.Value - next + 1);
            }

            return count;
        }
    }

    /// <summary>About how many bytes of log those records take.</summary>
    public long PendingBytes => Stream.Shards.Sum(shard => shard.BytesAfter(NextSequence(shard).Previous));

    /// <summary>The last record that is done; null while the consumer has none in this shard.</summary>
    public SequenceNumber? Checkpoint(Shard shard) =>
        _state.TryGet(KeyOf(shard), out var value) && CheckpointFormat.TryRead(value.Span, shard.StreamId, out var done)
            ? done
            : null;

    /// <summary>Opens a reader after the checkpoint, or at the consumer's start position where there is none.</summary>
    public ShardReader OpenReader(Shard shard) => shard.OpenReader(ShardPosition.At(NextSequence(shard)));

    /// <summary>Makes "done up to here" durable.</summary>
    public ValueTask CheckpointAsync(
        Shard shard, SequenceNumber sequence, CancellationToken cancellationToken = default)
    {
        var batch = new StateBatch();
        AddCheckpoint(batch, shard, sequence);
        return _state.CommitAsync(batch, cancellationToken);
    }

    /// <summary>
    /// Adds "done up to here" to a batch, so that it becomes durable in one step with the caller's own state.
    /// </summary>
    /// <remarks>Adds nothing for a shard that has expired.</remarks>
    public void AddCheckpoint(StateBatch batch, Shard shard, SequenceNumber sequence)
    {
        if (shard.State == ShardState.Expired)
        {
            return;
        }

        Span<byte> value = stackalloc byte[CheckpointFormat.SizeBytes];
        CheckpointFormat.Write(value, sequence, shard.StreamId);
        batch.Put(KeyOf(shard), value);
    }

    /// <summary>Says that the consumer is at work, and whether what it has not done yet may be evicted.</summary>
    /// <param name="isProtecting">
    /// Whether records after the checkpoint are kept, as far as the stream's definition lets consumers decide.
    /// </param>
    /// <returns>
    /// The end of it when disposed; the protection lasts a minute longer, so that a consumer of the same name that
    /// takes over was never without.
    /// </returns>
    public IDisposable Attach(bool isProtecting)
    {
        Stream.Attach(this, isProtecting);
        return new Attachment(this);
    }

    /// <summary>The record after the checkpoint, or where the consumer starts in a shard that it has none of.</summary>
    /// <remarks>
    /// A shard that came by a split or merge while the consumer was open starts with its first record.
    /// </remarks>
    public SequenceNumber NextSequence(Shard shard) => Checkpoint(shard)?.Next
        ?? (_starts.TryGetValue(shard.Id, out var start) ? start : SequenceNumber.First);

    /// <summary>
    /// Adds to a batch that a consumer which has been in a shard has done nothing of its children: so it starts there
    /// with the first record, whatever position it is opened with.
    /// </summary>
    internal static void AddInherited(
        StateBatch batch, StateStore state, DataStream stream, string parentId, IReadOnlyList<Shard> children)
    {
        Span<byte> none = stackalloc byte[CheckpointFormat.SizeBytes];
        CheckpointFormat.Write(none, SequenceNumber.None, stream.Attributes.Id);
        foreach (var (key, value) in state.List($"{KeyPrefix}{stream.Name}/"))
        {
            if (key.EndsWith("/" + parentId, StringComparison.Ordinal)
                && CheckpointFormat.TryRead(value.Span, stream.Attributes.Id, out _))
            {
                foreach (var child in children)
                {
                    batch.Put(string.Concat(key.AsSpan(0, key.Length - parentId.Length), child.Id), none);
                }
            }
        }
    }

    /// <summary>Adds to a batch that nobody has done more of a shard than is left of it.</summary>
    /// <returns>Whether somebody had.</returns>
    internal static bool AddCut(StateBatch batch, StateStore state, DataStream stream, Shard shard)
    {
        var isFurther = false;
        Span<byte> newest = stackalloc byte[CheckpointFormat.SizeBytes];
        CheckpointFormat.Write(newest, shard.NewestSequence, stream.Attributes.Id);
        foreach (var (key, value) in state.List($"{KeyPrefix}{stream.Name}/"))
        {
            if (key.EndsWith("/" + shard.Id, StringComparison.Ordinal)
                && CheckpointFormat.TryRead(value.Span, stream.Attributes.Id, out var done)
                && done > shard.NewestSequence)
            {
                batch.Put(key, newest);
                isFurther = true;
            }
        }

        return isFurther;
    }

    /// <summary>Adds to a batch that the checkpoints which are there belong to a stream that takes over the files of
    /// one of its name; nobody has done more of a shard than is left of it.</summary>
    internal static void AddAdoption(StateBatch batch, StateStore state, DataStream stream)
    {
        Span<byte> adopted = stackalloc byte[CheckpointFormat.SizeBytes];
        foreach (var (key, value) in state.List($"{KeyPrefix}{stream.Name}/"))
        {
            if (CheckpointFormat.TryRead(value.Span, null, out var done))
            {
                var isThere = stream.TryGetShard(key[(key.LastIndexOf('/') + 1)..], out var shard);
                var newest = isThere ? shard!.NewestSequence : done;
                CheckpointFormat.Write(adopted, done > newest ? newest : done, stream.Attributes.Id);
                batch.Put(key, adopted);
            }
        }
    }

    /// <summary>Adds to a batch that a consumer, which must not be at work, has never read the stream.</summary>
    public static void AddForgetting(StateBatch batch, StateStore state, string stream, string consumer)
    {
        foreach (var (key, _) in state.List($"{KeyPrefix}{stream}/{consumer}/"))
        {
            batch.Delete(key);
        }
    }

    /// <summary>Adds to a batch that the checkpoints of a shard go with it.</summary>
    internal static void AddRemoval(StateBatch batch, StateStore state, string stream, string shardId)
    {
        foreach (var (key, _) in state.List($"{KeyPrefix}{stream}/"))
        {
            if (key.EndsWith("/" + shardId, StringComparison.Ordinal))
            {
                batch.Delete(key);
            }
        }
    }

    private string KeyOf(Shard shard) => $"{KeyPrefix}{Stream.Name}/{Name}/{shard.Id}";

    private sealed class Attachment(StreamConsumer consumer) : IDisposable
    {
        public void Dispose() => consumer.Stream.Detach(consumer);
    }
}
