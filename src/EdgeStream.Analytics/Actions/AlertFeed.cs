using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Reads the whole alerts stream for one action, a shard after its parents, and keeps how far it is.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class AlertFeed : IDisposable
{
    private readonly StreamConsumer _consumer;
    private readonly ShardSuccession _succession;
    private readonly List<Reading> _readings = [];
    private Task? _moreShards;

    public AlertFeed(StreamConsumer consumer)
    {
        _consumer = consumer;
        _succession = new ShardSuccession(consumer.Stream);
        Follow();
    }

    /// <summary>Whether positions were read that are not saved.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>The next alert; null at the end. Records that are no alerts are passed over.</summary>
    public Alert? TryRead()
    {
        do
        {
            foreach (var reading in _readings)
            {
                while (reading.Reader.TryRead(out var record))
                {
                    reading.Done = record.Sequence;
                    IsDirty = true;
                    if (AlertJson.TryRead(record.Data, out var alert))
                    {
                        return alert;
                    }
                }
            }
        }
        while (Follow());
        return null;
    }

    /// <summary>Adds what was read to a batch.</summary>
    public void AddCheckpoints(StateBatch batch)
    {
        foreach (var reading in _readings)
        {
            _consumer.AddCheckpoint(batch, reading.Reader.Shard, reading.Done);
        }

        IsDirty = false;
    }

    /// <summary>Completes when there may be more.</summary>
    public Task WhenMore(CancellationToken cancellationToken)
    {
        // One wait for each thing that may come, however often somebody waits for all of them.
        _moreShards = _moreShards is { IsCompleted: false } pending ? pending : _succession.WhenMore();
        var waits = new List<Task> { _moreShards };
        foreach (var reading in _readings)
        {
            if (!reading.Reader.IsAtEnd)
            {
                reading.Wait = reading.Wait is { IsCompleted: false } waiting
                    ? waiting
                    : reading.Reader.WaitAsync(cancellationToken).AsTask();
                waits.Add(reading.Wait);
            }
        }

        return Task.WhenAny(waits);
    }

    public void Dispose() => _readings.ForEach(reading => reading.Reader.Dispose());

    /// <summary>Goes on to the children of shards that are over; whether there are new ones.</summary>
    private bool Follow()
    {
        foreach (var reading in _readings)
        {
            if (reading.Reader.IsAtEnd && !reading.IsOver)
            {
                reading.IsOver = true;
                _succession.Finish(reading.Reader.Shard);
            }
        }

        var ready = _succession.TakeReady();
        foreach (var shard in ready)
        {
            _readings.Add(new Reading(_consumer.OpenReader(shard), _consumer.NextSequence(shard).Previous));
        }

        foreach (var gone in _readings.FindAll(reading => reading.Reader.Shard.State == ShardState.Expired))
        {
            _readings.Remove(gone);
            gone.Reader.Dispose();
        }

        return ready.Count > 0;
    }

    private sealed class Reading(ShardReader reader, SequenceNumber done)
    {
        public ShardReader Reader { get; } = reader;

        /// <summary>The last record that was read.</summary>
        public SequenceNumber Done { get; set; } = done;

        public bool IsOver { get; set; }

        public Task? Wait { get; set; }
    }
}
