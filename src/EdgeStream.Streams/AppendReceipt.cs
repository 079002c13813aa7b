using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Where an appended record went, and when it is safe.</summary>
public readonly struct AppendReceipt
{
    private readonly Shard _shard;

    internal AppendReceipt(Shard shard, SequenceNumber sequence)
    {
        _shard = shard;
        Sequence = sequence;
    }

    /// <summary>The shard that took the record.</summary>
    public Shard Shard => _shard;

    /// <summary>The record's position in the shard.</summary>
    public SequenceNumber Sequence { get; }

    /// <summary>
    /// Completes when the record is as durable as its stream promises. Every waiter of one commit shares one task.
    /// </summary>
    /// <exception cref="IOException">
    /// The write or sync failed: the record was not acknowledged and may or may not be on disk.
    /// </exception>
    public Task WhenAcknowledged() => _shard.Log.WhenAcknowledged(Sequence);
}
