using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Where an appended record went, and when it is safe.</summary>
public readonly struct AppendReceipt
{
    private readonly Shard _shard;

    internal AppendReceipt(Shard shard, SequenceNumber sequence, bool isDuplicate = false)
    {
        _shard = shard;
        Sequence = sequence;
        IsDuplicate = isDuplicate;
    }

    /// <summary>The shard that took the record.</summary>
    public Shard Shard => _shard;

    /// <summary>The record's position in the shard.</summary>
    /// <remarks>
    /// Of a record that was sent again: that of its producer's newest record in the shard, so its own where it is the
    /// newest; after a restart a position near that one, and <see cref="SequenceNumber.None"/> where a parent of the
    /// shard took it.
    /// </remarks>
    public SequenceNumber Sequence { get; }

    /// <summary>Whether the stream had the record already, by its <see cref="ProducerStamp"/>: nothing was
    /// appended.</summary>
    public bool IsDuplicate { get; }

    /// <summary>
    /// Completes when the record is as durable as its stream promises. Every waiter of one commit shares one task. Of a
    /// record that was sent again: when the one that was taken is.
    /// </summary>
    /// <exception cref="IOException">
    /// The write or sync failed: the record was not acknowledged and may or may not be on disk.
    /// </exception>
    public Task WhenAcknowledged() => _shard.Log.WhenAcknowledged(Sequence);

    /// <summary>
    /// The same, but what waits goes on upon the thread that commits: only for who hands on at once. See
    /// <see cref="ShardLog.WhenAcknowledgedOnCommitter"/>.
    /// </summary>
    /// <exception cref="IOException">As for <see cref="WhenAcknowledged"/>.</exception>
    public Task WhenAcknowledgedOnCommitter() => _shard.Log.WhenAcknowledgedOnCommitter(Sequence);
}
