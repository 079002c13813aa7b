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

    internal ShardReader(Shard shard, LogReader reader)
    {
        Shard = shard;
        _reader = reader;
    }

    /// <summary>The shard being read.</summary>
    public Shard Shard { get; }

    /// <summary>The sequence number that the next record has, unless it is evicted before it is read.</summary>
    public SequenceNumber NextSequence => _reader.NextSequence;

    /// <summary>
    /// How many records this reader could not read since it was opened: evicted by retention, or damaged on disk.
    /// </summary>
    public long SkippedRecords => _reader.SkippedRecords;

    /// <summary>Reads the next acknowledged record if there is one.</summary>
    public bool TryRead(out StreamRecord record)
    {
        if (!_reader.TryRead(out var entry))
        {
            record = default;
            return false;
        }

        record = new StreamRecord
        {
            Sequence = entry.Sequence,
            ArrivalTime = entry.ArrivalTime,
            EventTime = entry.EventTime,
            PartitionKey = entry.Key,
            Data = entry.Value,
        };
        return true;
    }

    /// <summary>
    /// Completes when <see cref="TryRead"/> has something to look at; at once if it has already. Does not poll.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the store was closed.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken = default)
    {
        var readable = _reader.WhenReadable();
        return readable.IsCompletedSuccessfully ? default : new ValueTask(readable.WaitAsync(cancellationToken));
    }

    /// <summary>Releases the segment under the reader.</summary>
    public void Dispose() => _reader.Dispose();
}
