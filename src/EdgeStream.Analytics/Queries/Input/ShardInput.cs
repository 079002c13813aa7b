using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>One shard as a part of a merged input.</summary>
internal sealed class ShardInput : IDisposable
{
    private readonly UserRecordReader _reader;
    private readonly SequenceNumber _end;
    private Task _wait = Task.CompletedTask;
    private Task? _waitedWith;
    private SequenceNumber _emittedSequence;
    private int _emittedWithin;
    private long _emittedWatermark;

    /// <summary>Reads on behind a position; to <paramref name="end"/> only where that is not null.</summary>
    public ShardInput(StreamInput stream, Shard shard, InputPosition from, SequenceNumber? end)
    {
        Stream = stream;
        Shard = shard;
        Sequence = new SequenceNumber(from.Sequence);
        Within = from.Within;
        Watermark = from.Watermark;
        _end = end ?? new SequenceNumber(long.MaxValue);
        _reader = new UserRecordReader(
            shard.OpenReader(ShardPosition.After(Sequence)),
            Within > 0 ? new GroupCheckpoint(Sequence.Next, Within - 1) : new GroupCheckpoint(Sequence));
    }

    public StreamInput Stream { get; }

    public Shard Shard { get; }

    /// <summary>What decides between shards whose next rows have the same ROWTIME.</summary>
    public long Order => ((long)Stream.Index << 32) | (uint)Shard.Index;

    /// <summary>The ROWTIME before which nothing comes any more.</summary>
    public long Watermark { get; set; }

    /// <summary>The last record that was read.</summary>
    public SequenceNumber Sequence { get; private set; }

    /// <summary>How many user records of the next one were.</summary>
    public int Within { get; private set; }

    /// <summary>Whether nothing is left of a shard that is closed, or of a span of history.</summary>
    public bool IsOver => _reader.Reader.IsAtEnd || (Within == 0 && Sequence >= _end);

    /// <summary>Whether a record waits for its turn among those of other shards; where it stands then.</summary>
    public bool IsHolding { get; set; }

    public InputPosition Emitted =>
        new(Stream.Name, Shard.Id, _emittedSequence.Value, _emittedWithin, _emittedWatermark);

    /// <summary>When the last record was read, by the monotonic clock.</summary>
    public long LastReadAt { get; set; }

    /// <summary>The watermark that the records themselves have raised.</summary>
    public long WatermarkRead { get; set; }

    public long Gaps { get; private set; }

    public long SkippedRecords => _reader.Reader.SkippedRecords;

    public InputPosition Position => new(Stream.Name, Shard.Id, Sequence.Value, Within, Watermark);

    /// <summary>Reads the next record; its spans are valid until the next call.</summary>
    public bool TryRead(out StreamRecord record)
    {
        record = default;
        (_emittedSequence, _emittedWithin, _emittedWatermark) = (Sequence, Within, Watermark);
        if (Within == 0 && Sequence >= _end)
        {
            return false;
        }

        LogReadStep step;
        while ((step = _reader.Read(out record)) == LogReadStep.Gap)
        {
            Gaps++;
        }

        if (step == LogReadStep.None)
        {
            var behind = _reader.Reader.NextSequence.Previous;
            Sequence = behind > Sequence ? behind : Sequence;
            Within = 0;
            return false;
        }

        Within = _reader.IsWithinRecord ? record.SubSequence.GetValueOrDefault() + 1 : 0;
        Sequence = Within > 0 ? record.Sequence.Previous : record.Sequence;
        return true;
    }

    /// <summary>Completes when there may be more to read, or with another task; made once for both.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, or the store was closed.</exception>
    public Task WhenReadable(Task other, CancellationToken cancellationToken)
    {
        if (_wait.IsCompleted || _waitedWith != other)
        {
            _waitedWith = other;
            _wait = Task.WhenAny(_reader.Reader.WaitAsync(cancellationToken).AsTask(), other).Unwrap();
        }

        return _wait;
    }

    public void Dispose() => _reader.Dispose();
}
