using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Reads one shard in sequence order, from a position onward, and waits for what is not there yet.</summary>
/// <remarks>
/// Sees acknowledged records only. Not thread-safe: one reader, one loop. Any number of readers never slow the
/// writer.
/// </remarks>
public sealed class ShardReader : IDisposable
{
    private readonly LogReader _reader;
    private readonly LogClock _clock;
    private bool _isAtEnd;

    internal ShardReader(Shard shard, LogReader reader)
    {
        Shard = shard;
        _reader = reader;
        _clock = shard.Log.Clock;
    }

    /// <summary>The shard being read.</summary>
    public Shard Shard { get; }

    /// <summary>The sequence number that the next record has, unless it is evicted before it is read.</summary>
    public SequenceNumber NextSequence => _reader.NextSequence;

    /// <summary>
    /// How many records this reader could not read since it was opened: evicted by retention, or damaged on disk.
    /// </summary>
    public long SkippedRecords => _reader.SkippedRecords;

    /// <summary>
    /// Whether the shard is closed and everything in it was read: nothing will come, and its children may be begun.
    /// </summary>
    public bool IsAtEnd => _isAtEnd
        || (Shard.State != ShardState.Open && _reader.NextSequence > Shard.NewestSequence);

    /// <summary>The newest gap; meaningful after <see cref="Read"/> said <see cref="LogReadStep.Gap"/>.</summary>
    public LogGap Gap => _reader.Gap;

    /// <summary>Reads the next acknowledged record, or learns which records are missing before it.</summary>
    /// <remarks>
    /// Records and gaps together cover every sequence number, in order, each once. A record's spans are valid until the
    /// next call.
    /// </remarks>
    public LogReadStep Read(out StreamRecord record)
    {
        var step = _reader.Read(out var entry);
        if (step == LogReadStep.None && !_isAtEnd && Shard.State != ShardState.Open)
        {
            // What was appended before the shard was closed may have come between: then it is there now.
            step = _reader.Read(out entry);
            _isAtEnd = step == LogReadStep.None;
        }

        record = step == LogReadStep.Record ? ToRecord(entry, _clock.Corrections) : default;
        return step;
    }

    /// <summary>
    /// Reads the next acknowledged record if there is one, passing over what is missing before it.
    /// </summary>
    public bool TryRead(out StreamRecord record)
    {
        LogReadStep step;
        do
        {
            step = Read(out record);
        }
        while (step == LogReadStep.Gap);
        return step == LogReadStep.Record;
    }

    /// <summary>
    /// Completes when <see cref="Read"/> has something to look at; at once if it has already. Does not poll.
    /// </summary>
    /// <remarks>
    /// Completes also when the shard was closed, and at once from then on: ask <see cref="IsAtEnd"/> before waiting
    /// again.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the store was closed.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken = default)
    {
        var readable = _reader.WhenReadable();
        return readable.IsCompletedSuccessfully ? default : new ValueTask(readable.WaitAsync(cancellationToken));
    }

    /// <summary>Releases the segment under the reader.</summary>
    public void Dispose() => _reader.Dispose();

    private static StreamRecord ToRecord(scoped in LogRecord entry, ClockCorrections corrections)
    {
        var arrival = corrections.ArrivalOf(entry);
        return new()
        {
            Sequence = entry.Sequence,
            ArrivalTime = arrival,
            EventTime = ClockCorrections.CorrectEvent(entry.EventTime, entry.ArrivalTime, arrival),
            PartitionKey = entry.Key,
            Data = entry.Value,
        };
    }
}
