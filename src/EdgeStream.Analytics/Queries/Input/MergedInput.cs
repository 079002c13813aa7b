using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>All shards of some streams as one sequence of records in the order of ROWTIME.</summary>
/// <remarks>
/// <para>Rows of one ROWTIME come in the order of streams, shards and sequence numbers. A row comes when no
/// shard can have
/// an earlier one any more: each shard has a watermark, which its records raise. A shard that has nothing more for now
/// holds the others back until <see cref="TryAdvance"/> raises its watermark by the clock. That is noted in the
/// <see cref="Journal"/>; so the order is a function of the records and the journal, whenever they are read.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class MergedInput : IDisposable
{
    /// <summary>How many records may wait to be put in order; from then on the oldest one goes on.</summary>
    public const int PendingMax = 100_000;

    private readonly List<StreamInput> _streams;
    private readonly ShardSuccession[] _successions;
    private readonly Dictionary<(string Stream, string Shard), InputPosition> _done = [];
    private readonly List<ShardInput> _shards = [];
    private readonly PriorityQueue<PendingRecord, (long, long, long, int)> _pending = new();
    private readonly Stack<PendingRecord> _free = [];
    private readonly List<ShardInput> _apart = [];
    private readonly TimeProvider _timeProvider;
    private readonly Func<Shard, (long From, long To)>? _span;
    private PendingRecord? _emitted;
    private ShardInput? _blocked;
    private Task _shardsChange;

    /// <summary>Reads on behind saved positions; a shard without one begins with its first record.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="from">The positions.</param>
    /// <param name="journal">What was noted behind these positions.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="span">The records of a shard to read, by sequence number, where it is history; null to go
    /// on.</param>
    public MergedInput(
        IReadOnlyList<StreamInput> streams,
        IEnumerable<InputPosition> from,
        InputJournal journal,
        TimeProvider timeProvider,
        Func<Shard, (long From, long To)>? span = null)
    {
        _streams = [.. streams];
        _successions = [.. streams.Select(stream => new ShardSuccession(stream.Stream))];
        Journal = journal;
        _timeProvider = timeProvider;
        _span = span;
        foreach (var position in from)
        {
            _done[(position.Stream, position.ShardId)] = position;
        }

        BeginReady(long.MinValue);
        _shardsChange = WhenShardsChange();
    }

    /// <summary>What the order of rows depends on beside the records.</summary>
    public InputJournal Journal { get; }

    /// <summary>The ROWTIME before which no row will come.</summary>
    public long Watermark
    {
        get
        {
            var watermark = long.MaxValue;
            foreach (var shard in _shards)
            {
                watermark = Math.Min(watermark, shard.Watermark);
            }

            return _pending.TryPeek(out var first, out _) ? Math.Min(watermark, first.Rowtime) : watermark;
        }
    }

    /// <summary>Records that are there and not read.</summary>
    public long LagRecords
    {
        get
        {
            var lag = (long)_pending.Count;
            foreach (var shard in _shards)
            {
                lag += Math.Max(0, shard.Shard.NewestSequence.Value - shard.Sequence.Value);
            }

            return lag;
        }
    }

    /// <summary>Records that could not be read: evicted before, or damaged.</summary>
    public long SkippedRecords => _shards.Sum(shard => shard.SkippedRecords);

    public bool HasPending => _pending.Count > 0;

    /// <summary>The positions of streams that begin with what comes now.</summary>
    public static IEnumerable<InputPosition> Latest(IEnumerable<StreamInput> streams) =>
        streams.SelectMany(stream => stream.Stream.Shards.Select(shard => new InputPosition(
            stream.Name, shard.Id, shard.NewestSequence.Value, 0, long.MinValue)));

    /// <summary>Reads the next record in the order of ROWTIME.</summary>
    public InputStep Read(out MergedRecord record)
    {
        if (_emitted is not null)
        {
            _free.Push(_emitted);
            _emitted = null;
        }

        while (true)
        {
            var next = Earliest();
            if (_pending.TryPeek(out var best, out _)
                && (next is null || !MayPrecede(next, best) || _pending.Count > PendingMax))
            {
                record = Emit(_pending.Dequeue());
                return InputStep.Record;
            }

            record = default;
            if (next is null)
            {
                _blocked = null;
                return _span is null || _shards.Count > 0 ? InputStep.Waiting : InputStep.End;
            }

            if (next.TryRead(out var found))
            {
                if (TryTake(next, in found, out record) is { } step)
                {
                    return step;
                }
            }
            else if (next.IsOver)
            {
                Finish(next);
            }
            else if (!ApplyJournal(next, long.MaxValue))
            {
                _blocked = next;
                return InputStep.Waiting;
            }
        }
    }

    /// <summary>Lets time pass for the shard that everything waits for, if it may: it has nothing more for
    /// now.</summary>
    /// <param name="now">The wall time in microseconds.</param>
    /// <returns>Whether its watermark has risen; then there is something to read, or to close.</returns>
    public bool TryAdvance(long now)
    {
        if (_blocked is not { } shard)
        {
            return false;
        }

        var time = shard.Stream.Rowtime == RowtimeOrigin.Arrival ? now : IdleTime(shard);
        if (time <= shard.Watermark)
        {
            return false;
        }

        shard.Watermark = time;
        Journal.Note(shard.Position);
        _blocked = null;
        return true;
    }

    /// <summary>Whether something that is there waits for a shard that has nothing more for now.</summary>
    public bool IsHeldBack
    {
        get
        {
            foreach (var shard in _shards)
            {
                if (shard.IsHolding || (shard != _blocked && shard.Shard.NewestSequence > shard.Sequence))
                {
                    return true;
                }
            }

            return _pending.Count > 0;
        }
    }

    /// <summary>How far <see cref="TryAdvance"/> would bring the watermark.</summary>
    public long TimeOf(long now) => _blocked is not { } shard ? long.MinValue
        : shard.Stream.Rowtime == RowtimeOrigin.Arrival ? now
        : IdleTime(shard);

    /// <summary>Completes when there may be more to read; the same task as long as nothing has changed.</summary>
    public Task WhenReadable(CancellationToken cancellationToken)
    {
        if (_shardsChange.IsCompleted)
        {
            BeginReady(long.MinValue);
            _shardsChange = WhenShardsChange();
            return Task.CompletedTask;
        }

        return _blocked?.WhenReadable(_shardsChange, cancellationToken) ?? _shardsChange;
    }

    /// <summary>Where every shard stands, those that are done included.</summary>
    public IReadOnlyList<InputPosition> Positions()
    {
        var positions = new List<InputPosition>(_done.Values);
        foreach (var shard in _shards)
        {
            positions.Add(shard.IsHolding ? shard.Emitted with { Watermark = shard.Watermark } : shard.Position);
        }

        positions.Sort(static (left, right) =>
            string.CompareOrdinal(left.Stream, right.Stream) is var order and not 0
                ? order
                : string.CompareOrdinal(left.ShardId, right.ShardId));
        return positions;
    }

    /// <summary>Appends the records that wait for earlier ones, where their shards have gone on without them.</summary>
    public void SavePending(ByteBuffer output)
    {
        var waiting = _pending.UnorderedItems.Select(item => item.Element)
            .Where(item => item.Source.Stream.Rowtime == RowtimeOrigin.Event).OrderBy(item => item.Key).ToList();
        output.AppendInt32(waiting.Count);
        foreach (var item in waiting)
        {
            output.AppendInt32(item.Source.Stream.Index);
            output.AppendInt32(item.Source.Shard.Index);
            item.Save(output);
        }
    }

    public void LoadPending(ReadOnlySpan<byte> bytes)
    {
        var reader = new Sql.StateReader(bytes);
        var count = reader.ReadInt32();
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var (stream, shard) = (reader.ReadInt32(), reader.ReadInt32());
            var item = new PendingRecord();
            item.Load(ref reader, SourceOf(stream, shard));
            _pending.Enqueue(item, item.Key);
        }
    }

    public void Dispose()
    {
        _shards.ForEach(shard => shard.Dispose());
        _apart.ForEach(shard => shard.Dispose());
    }

    /// <summary>Where a record that waits came from: also a shard that is done, or not begun again yet. One that has
    /// expired meanwhile gives its place to the first that is there.</summary>
    private ShardInput SourceOf(int stream, int shard)
    {
        var source = _shards.Concat(_apart).FirstOrDefault(
            one => one.Stream.Index == stream && one.Shard.Index == shard);
        if (source is not null)
        {
            return source;
        }

        var input = _streams[stream];
        var found = input.Stream.TryGetShard(shard, out var own) ? own : input.Stream.Shards[0];
        source = new ShardInput(input, found, default, SequenceNumber.None);
        _apart.Add(source);
        return source;
    }

    private Task WhenShardsChange() => Task.WhenAny(_successions.Select(succession => succession.WhenMore()));

    /// <summary>The shard that may have the earliest row, among those that hold none.</summary>
    private ShardInput? Earliest()
    {
        ShardInput? earliest = null;
        foreach (var shard in _shards)
        {
            if (!shard.IsHolding && (earliest is null || shard.Watermark < earliest.Watermark
                || (shard.Watermark == earliest.Watermark && shard.Order < earliest.Order)))
            {
                earliest = shard;
            }
        }

        return earliest;
    }

    private static bool MayPrecede(ShardInput shard, PendingRecord best) =>
        shard.Watermark < best.Rowtime
        || (shard.Watermark == best.Rowtime && shard.Order < best.Source.Order);

    private MergedRecord Emit(PendingRecord pending)
    {
        _emitted = pending;
        pending.Source.IsHolding = false;
        return new MergedRecord { Record = pending.Record, Source = pending.Source, Rowtime = pending.Rowtime };
    }

    /// <summary>Gives a record on, or puts it aside: then null.</summary>
    private InputStep? TryTake(ShardInput shard, scoped in StreamRecord found, out MergedRecord record)
    {
        record = default;
        ApplyJournal(shard, found.Sequence.Value);
        if (shard.Stream.Rowtime == RowtimeOrigin.Arrival)
        {
            var rowtime = Math.Max(found.ArrivalTime.UnixMicroseconds, shard.Watermark);
            shard.Watermark = rowtime;
            if (_shards.Count == 1 && _pending.Count == 0)
            {
                record = new MergedRecord { Record = found, Source = shard, Rowtime = rowtime };
                return InputStep.Record;
            }

            shard.IsHolding = true;
            Put(shard, in found, rowtime);
            return null;
        }

        var time = found.EventTime.UnixMicroseconds;
        shard.LastReadAt = _timeProvider.GetTimestamp();
        if (time < shard.Watermark)
        {
            record = new MergedRecord { Record = found, Source = shard, Rowtime = time };
            return InputStep.Late;
        }

        shard.Watermark = Math.Max(shard.Watermark, time - shard.Stream.LatenessMicroseconds);
        shard.WatermarkRead = shard.Watermark;
        Put(shard, in found, time);
        return null;
    }

    private void Put(ShardInput shard, scoped in StreamRecord record, long rowtime)
    {
        var pending = _free.TryPop(out var free) ? free : new PendingRecord();
        pending.Set(in record, shard, rowtime);
        _pending.Enqueue(pending, pending.Key);
    }

    private bool ApplyJournal(ShardInput shard, long before)
    {
        if (!Journal.HasReplayed || !Journal.TryTake(shard.Stream.Name, shard.Shard.Id, before, out var watermark)
            || watermark <= shard.Watermark)
        {
            return false;
        }

        shard.Watermark = watermark;
        return true;
    }

    private long IdleTime(ShardInput shard)
    {
        var silence = _timeProvider.GetElapsedTime(shard.LastReadAt);
        if (silence < shard.Stream.IdleTimeout)
        {
            return long.MinValue;
        }

        if (shard.WatermarkRead != long.MinValue)
        {
            return shard.WatermarkRead + (long)silence.TotalMicroseconds;
        }

        // A shard that never had a record goes with the others.
        return _shards.Max(other => other.Watermark);
    }

    private void Finish(ShardInput shard)
    {
        _done[(shard.Stream.Name, shard.Shard.Id)] = shard.Position;
        _shards.Remove(shard);
        shard.Dispose();
        _successions[shard.Stream.Index].Finish(shard.Shard);
        BeginReady(shard.Watermark);
    }

    private void BeginReady(long watermark)
    {
        foreach (var stream in _streams)
        {
            foreach (var shard in _successions[stream.Index].TakeReady())
            {
                Begin(stream, shard, watermark);
            }
        }
    }

    private void Begin(StreamInput stream, Shard shard, long watermark)
    {
        var span = _span?.Invoke(shard);
        var start = new InputPosition(stream.Name, shard.Id, (span?.From ?? 1) - 1, 0, watermark);
        if (_done.Remove((stream.Name, shard.Id), out var saved))
        {
            start = saved;
        }

        // A relaxed durability lets a power cut take records that were done: the input goes on where it ends.
        var newest = shard.NewestSequence.Value;
        start = start.Sequence > newest ? start with { Sequence = newest, Within = 0 } : start;
        _shards.Add(new ShardInput(stream, shard, start, span is null ? null : new SequenceNumber(span.Value.To))
        {
            LastReadAt = _timeProvider.GetTimestamp(),
            WatermarkRead = start.Watermark,
        });
    }
}
