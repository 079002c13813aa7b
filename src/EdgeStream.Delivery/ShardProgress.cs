using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>What a shard's pipeline publishes about itself; the pipeline writes, anyone reads.</summary>
/// <remarks>Thread-safe. Records between the checkpoint and the position read are in the batch or unreadable; records
/// after it are waiting in the log, or evicted where the log starts later.</remarks>
internal sealed class ShardProgress(Shard shard)
{
    private readonly Lock _gate = new();
    private LedgerEntry? _entry;
    private SequenceNumber _read;
    private long _batchRecords;
    private Timestamp? _oldestArrival;
    private DeliveryState _state;
    private string? _lastError;
    private DateTimeOffset? _nextAttemptAt;
    private TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The ledger says this now and no batch is in memory.</summary>
    public void Settled(LedgerEntry entry)
    {
        TaskCompletionSource settled;
        lock (_gate)
        {
            _entry = entry;
            _read = entry.Checkpoint;
            _batchRecords = 0;
            _oldestArrival = null;
            settled = _settled;
            _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        settled.SetResult();
    }

    /// <summary>The reader has come this far and the batch holds this much.</summary>
    public void Collected(SequenceNumber read, Batch batch)
    {
        lock (_gate)
        {
            _read = read;
            _batchRecords = batch.RecordCount;
            _oldestArrival = batch.IsEmpty ? null : batch.FirstArrival;
        }
    }

    /// <summary>An attempt has begun.</summary>
    public void Delivering()
    {
        lock (_gate)
        {
            _state = DeliveryState.Delivering;
            _nextAttemptAt = null;
        }
    }

    /// <summary>The attempt failed and the next comes at that time.</summary>
    public void BackingOff(string reason, DateTimeOffset nextAttemptAt) =>
        SetState(DeliveryState.BackingOff, reason, nextAttemptAt);

    /// <summary>All is well and nothing is on its way.</summary>
    public void Idle() => SetState(DeliveryState.Idle, null, null);

    /// <summary>Completes when everything up to <paramref name="target"/> is delivered or evicted.</summary>
    public async Task WaitForAsync(SequenceNumber target, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task settled;
            lock (_gate)
            {
                var oldest = shard.OldestSequence.Previous;
                var done = _batchRecords == 0 && oldest > _read ? oldest : _entry?.Checkpoint ?? SequenceNumber.None;
                if (done >= target)
                {
                    return;
                }

                settled = _settled.Task;
            }

            await settled.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The numbers of this moment.</summary>
    public ShardSnapshot Snapshot()
    {
        lock (_gate)
        {
            var snapshot = new ShardSnapshot
            {
                Entry = _entry,
                State = _state,
                LastError = _lastError,
                NextAttemptAt = _nextAttemptAt,
                OldestArrival = _oldestArrival,
                BatchRecords = _batchRecords,
            };
            if (_entry is null)
            {
                return snapshot;
            }

            var newest = Math.Max(shard.NewestSequence.Value, _read.Value);
            var horizon = Math.Clamp(shard.OldestSequence.Previous.Value, _read.Value, newest);
            var skipped = _read.Value - _entry.Checkpoint.Value - _batchRecords;
            var backlog = _batchRecords + newest - horizon;
            return snapshot with
            {
                AppendedRecords = newest - _entry.Base.Value,
                EvictedRecords = _entry.EvictedRecords + skipped + horizon - _read.Value,
                BacklogRecords = backlog,
                BacklogBytes = backlog == 0 ? 0 : shard.BytesAfter(_entry.Checkpoint),
            };
        }
    }

    private void SetState(DeliveryState state, string? lastError, DateTimeOffset? nextAttemptAt)
    {
        lock (_gate)
        {
            _state = state;
            _lastError = lastError;
            _nextAttemptAt = nextAttemptAt;
        }
    }
}
