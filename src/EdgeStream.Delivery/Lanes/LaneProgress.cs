using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>What one lane of a shard publishes about itself; the lane writes, <see cref="ShardProgress"/> reads.
/// </summary>
/// <remarks>Thread-safe, by the shard's lock. Records between the checkpoint and the position read are in the batch or
/// unreadable.</remarks>
internal sealed class LaneProgress(Lock gate)
{
    /// <summary>How far the reader has come with the batch in memory; null without one.</summary>
    public long? Read { get; private set; }

    /// <summary>What the batch holds.</summary>
    public long BatchRecords { get; private set; }

    /// <summary>When the batch's first record arrived.</summary>
    public Timestamp? OldestArrival { get; private set; }

    /// <summary>What the lane is doing.</summary>
    public DeliveryState State { get; private set; }

    /// <summary>Why the last attempt failed; null once one has succeeded.</summary>
    public string? LastError { get; private set; }

    /// <summary>When the next attempt comes; null unless backing off.</summary>
    public DateTimeOffset? NextAttemptAt { get; private set; }

    /// <summary>Why nothing begins now, where the link is not to be used.</summary>
    public LinkHold Hold { get; private set; }

    /// <summary>The reader has come this far and the batch holds this much.</summary>
    public void Collected(SequenceNumber read, Batch batch)
    {
        lock (gate)
        {
            Read = read.Value;
            BatchRecords = batch.RecordCount;
            OldestArrival = batch.IsEmpty ? null : batch.FirstArrival;
        }
    }

    /// <summary>No batch is in memory any more.</summary>
    public void Reset()
    {
        lock (gate)
        {
            Read = null;
            BatchRecords = 0;
            OldestArrival = null;
        }
    }

    /// <summary>An attempt has begun.</summary>
    public void Delivering()
    {
        lock (gate)
        {
            State = DeliveryState.Delivering;
            NextAttemptAt = null;
            Hold = LinkHold.None;
        }
    }

    /// <summary>The attempt failed and the next comes at that time.</summary>
    public void BackingOff(string reason, DateTimeOffset nextAttemptAt) =>
        SetState(DeliveryState.BackingOff, reason, nextAttemptAt);

    /// <summary>The destination has failed for other shards, one of which tries it.</summary>
    public void HeldBack(string? reason) => SetState(DeliveryState.BackingOff, reason, null);

    /// <summary>Nothing begins before a time; the last failure still stands.</summary>
    public void Holding(LinkWait wait)
    {
        lock (gate)
        {
            State = DeliveryState.Waiting;
            NextAttemptAt = wait.Until;
            Hold = wait.Hold;
        }
    }

    /// <summary>All is well and nothing is on its way.</summary>
    public void Idle() => SetState(DeliveryState.Idle, null, null);

    private void SetState(DeliveryState state, string? lastError, DateTimeOffset? nextAttemptAt)
    {
        lock (gate)
        {
            State = state;
            LastError = lastError;
            NextAttemptAt = nextAttemptAt;
            Hold = LinkHold.None;
        }
    }
}
