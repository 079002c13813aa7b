using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>The producers that a shard remembers, and the way of their records into its log.</summary>
/// <remarks>
/// Thread-safe. A record and what its producer's window is with it go into the log in one batch, so that a power cut
/// keeps both or neither. What the log and the parents have is read when the first stamped record comes. Allocates
/// nothing for a record of a producer that it knows, up to <see cref="KeptRecordSizeBytesMax"/>.
/// </remarks>
internal sealed class ProducerTable(
    ShardLog log, ShardEntry entry, Func<ReadOnlyMemory<byte>> findInherited)
{
    /// <summary>The most that the producers of a shard take among its log's checkpoints: the rest is left to others.
    /// </summary>
    internal const int SizeBytesMax = 48 << 10;

    /// <summary>They also take at most this part of a segment, which begins with them.</summary>
    internal const int SegmentPart = 11;

    /// <summary>A record takes the place of so many at most: a bound that was lowered is reached over several records.
    /// </summary>
    private const int ForgottenMax = 64;

    private const int KeptRecordSizeBytesMax = 64 << 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], ProducerEntry> _producers = new(ProducerIdComparer.Instance);
    private readonly ProducerWindow _scratch = new();
    private readonly List<ProducerEntry> _forgotten = [];
    private AppendBatch? _batch;
    private long _heardAt;
    private int _sizeBytes;
    private bool _isLoaded;

    /// <summary>Appends a record unless the producer's window has it; <see cref="AppendStatus.TooOld"/> where it can't
    /// tell.</summary>
    /// <param name="stream">The shard's stream: its bounds and shards.</param>
    /// <param name="key">The partition key.</param>
    /// <param name="data">The record's bytes.</param>
    /// <param name="eventTime">The event time; null for "as it arrives".</param>
    /// <param name="stamp">Who made it, and its number.</param>
    /// <param name="sequence">The record's place. Of a repeated one: a record that is acknowledged no earlier than the
    /// one that was taken; <see cref="SequenceNumber.None"/> where a parent took it.</param>
    /// <param name="isDuplicate">Whether it was taken before; the answer is then
    /// <see cref="AppendStatus.Accepted"/>.</param>
    internal AppendStatus TryAppend(
        DataStream stream,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        in ProducerStamp stamp,
        out SequenceNumber sequence,
        out bool isDuplicate)
    {
        lock (_gate)
        {
            sequence = SequenceNumber.None;
            isDuplicate = false;
            if (log.IsSealed)
            {
                // Its children may have it: only they can tell.
                return AppendStatus.Sealed;
            }

            Load(stream);
            var isKnown = TryFind(stamp.ProducerId, out var producer);
            if (isKnown && producer!.Window.IsTooOld(stamp.Epoch, stamp.Sequence))
            {
                return AppendStatus.TooOld;
            }

            if (isKnown && producer!.Window.Has(stamp.Epoch, stamp.Sequence))
            {
                producer.HeardAt = ++_heardAt;
                sequence = producer.Newest;
                isDuplicate = true;
                return AppendStatus.Accepted;
            }

            producer ??= new ProducerEntry(stamp.ProducerId.ToArray());
            return Append(stream.Definition, producer, key, data, eventTime, stamp, out sequence);
        }
    }

    /// <summary>All producers, those longest unheard of first, as the state keeps them for the shard's children; null
    /// where there are none.</summary>
    /// <param name="tables">The tables of the shards that are closed; none of them takes records any more.</param>
    /// <param name="stream">Their stream.</param>
    internal static byte[]? Merge(IEnumerable<ProducerTable> tables, DataStream stream)
    {
        var merged = new Dictionary<byte[], ProducerEntry>(ProducerIdComparer.Instance);
        foreach (var table in tables)
        {
            lock (table._gate)
            {
                table.Load(stream);
                var place = -table._producers.Count;
                foreach (var producer in table.OldestFirst())
                {
                    Add(merged, producer, place++);
                }
            }
        }

        List<ProducerEntry> all = [.. merged.Values];
        all.Sort(Compare);
        all.RemoveRange(0, Math.Max(0, all.Count - stream.Definition.DeduplicationProducersMax));
        return all.Count == 0 ? null : ProducerFormat.WriteInherited(all);
    }

    /// <summary>Forgets all: the shard takes nothing any more, and its children know.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _producers.Clear();
            _sizeBytes = 0;
            _isLoaded = false;
        }
    }

    private AppendStatus Append(
        StreamDefinition definition,
        ProducerEntry producer,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        in ProducerStamp stamp,
        out SequenceNumber sequence)
    {
        sequence = SequenceNumber.None;
        var batch = Begin();
        var heardAt = log.AppendedSequence.Value;
        Take(producer, stamp);
        Span<byte> value = stackalloc byte[ProducerFormat.ValueSizeBytesMax];
        value = value[..ProducerFormat.Write(value, _scratch, heardAt)];
        var checkpointSizeBytes = ProducerFormat.NameSizeBytes(producer.Name) + value.Length;
        if (!batch.TryAdd(key, data, eventTime))
        {
            return AppendStatus.TooLarge;
        }

        batch.SetCheckpoint(producer.Name, value);
        ForgetFor(definition, batch, producer, checkpointSizeBytes);
        var status = log.TryAppend(batch, out var first);
        if (status == AppendStatus.Accepted)
        {
            sequence = first;
            producer.Window.CopyFrom(_scratch);
            producer.HeardAt = ++_heardAt;
            producer.Newest = first;
            _producers[producer.Id] = producer;
            _sizeBytes += checkpointSizeBytes - producer.CheckpointSizeBytes;
            producer.CheckpointSizeBytes = checkpointSizeBytes;
            foreach (var forgotten in _forgotten)
            {
                _sizeBytes -= forgotten.CheckpointSizeBytes;
                _producers.Remove(forgotten.Id);
            }
        }

        return status;
    }

    /// <summary>Drops what the record before has left, also one whose append threw.</summary>
    private AppendBatch Begin()
    {
        foreach (var forgotten in _forgotten)
        {
            forgotten.IsGoing = false;
        }

        _forgotten.Clear();
        if (_batch is null || _batch.SizeBytes > KeptRecordSizeBytesMax)
        {
            _batch = new AppendBatch();
        }

        _batch.Clear();
        return _batch;
    }

    /// <summary>The window as it is with the record; the producer's own changes when the log has taken it.</summary>
    private void Take(ProducerEntry producer, in ProducerStamp stamp)
    {
        if (!_producers.ContainsKey(producer.Id))
        {
            _scratch.Begin(ProducerWindow.SizeMax, stamp.Epoch, stamp.Sequence);
            return;
        }

        _scratch.CopyFrom(producer.Window);
        _scratch.Take(stamp.Epoch, stamp.Sequence);
    }

    /// <summary>Chooses who is forgotten, so that the bounds hold with this record: those longest unheard of.</summary>
    private void ForgetFor(
        StreamDefinition definition, AppendBatch batch, ProducerEntry producer, int checkpointSizeBytes)
    {
        var isNew = !_producers.ContainsKey(producer.Id);
        var sizeBytesMax = Math.Min(SizeBytesMax, definition.SegmentSizeBytes / SegmentPart);
        var sizeBytes = _sizeBytes + checkpointSizeBytes - producer.CheckpointSizeBytes;
        var count = _producers.Count + (isNew ? 1 : 0);
        while (_forgotten.Count < ForgottenMax
            && (count > definition.DeduplicationProducersMax || sizeBytes > sizeBytesMax)
            && OldestBut(producer, count <= definition.DeduplicationProducersMax) is { } oldest)
        {
            _forgotten.Add(oldest);
            oldest.IsGoing = true;
            count--;
            sizeBytes -= oldest.CheckpointSizeBytes;
            if (oldest.CheckpointSizeBytes > 0)
            {
                batch.SetCheckpoint(oldest.Name, []);
            }
        }
    }

    private ProducerEntry? OldestBut(ProducerEntry producer, bool isForSize)
    {
        ProducerEntry? oldest = null;
        foreach (var (_, other) in _producers)
        {
            var counts = other != producer && (!isForSize || other.CheckpointSizeBytes > 0);
            if (counts && (oldest is null || Compare(other, oldest) < 0) && !other.IsGoing)
            {
                oldest = other;
            }
        }

        return oldest;
    }

    private bool TryFind(ReadOnlySpan<byte> id, [NotNullWhen(true)] out ProducerEntry? producer) =>
        _producers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(id, out producer);

    private void Load(DataStream stream)
    {
        if (_isLoaded)
        {
            return;
        }

        var known = ProducerFormat.ReadInherited(findInherited().Span);
        for (var at = 0; at < known.Count; at++)
        {
            Add(_producers, known[at], at - known.Count);
        }

        // Where the state failed in the middle of a split, its parents may have taken more than it knows. The others of
        // theirs were forgotten: they are older than all that it knows.
        foreach (var other in stream.Shards)
        {
            foreach (var checkpoint in entry.IsChildOf(other.Index) ? other.Log.Checkpoints : [])
            {
                if (Read(checkpoint, out var producer))
                {
                    Add(_producers, producer, long.MinValue + producer.HeardAt);
                }
            }
        }

        foreach (var checkpoint in log.Checkpoints)
        {
            if (Read(checkpoint, out var producer))
            {
                producer.Newest = new SequenceNumber(
                    Math.Min(producer.HeardAt + 1, log.AppendedSequence.Value));
                producer.CheckpointSizeBytes =
                    ProducerFormat.NameSizeBytes(producer.Name) + checkpoint.Value.Length;
                _sizeBytes += producer.CheckpointSizeBytes;
                _producers[producer.Id] = producer;
            }
        }

        _heardAt = log.AppendedSequence.Value;
        _isLoaded = true;
    }

    /// <summary>Orders producers, those longest unheard of first; of two shards' equally old ones by their
    /// ids.</summary>
    private static int Compare(ProducerEntry one, ProducerEntry other) =>
        one.HeardAt != other.HeardAt
            ? one.HeardAt.CompareTo(other.HeardAt)
            : one.Id.AsSpan().SequenceCompareTo(other.Id);

    private List<ProducerEntry> OldestFirst()
    {
        List<ProducerEntry> all = [.. _producers.Values];
        all.Sort(Compare);
        return all;
    }

    private static bool Read(LogCheckpoint checkpoint, [NotNullWhen(true)] out ProducerEntry? producer)
    {
        producer = ProducerFormat.IdOf(checkpoint.Name) is { } id ? new ProducerEntry(id) : null;
        if (producer is null || !ProducerFormat.TryRead(checkpoint.Value.Span, producer.Window, out var heardAt))
        {
            return false;
        }

        producer.HeardAt = heardAt;
        return true;
    }

    /// <summary>Adds what a shard knows of a producer to what others know.</summary>
    private static void Add(Dictionary<byte[], ProducerEntry> target, ProducerEntry producer, long heardAt)
    {
        if (target.TryGetValue(producer.Id, out var known))
        {
            known.Window.Add(producer.Window);
            known.HeardAt = Math.Max(known.HeardAt, heardAt);
            return;
        }

        var copy = new ProducerEntry(producer.Id) { HeardAt = heardAt };
        copy.Window.CopyFrom(producer.Window);
        target.Add(copy.Id, copy);
    }
}
