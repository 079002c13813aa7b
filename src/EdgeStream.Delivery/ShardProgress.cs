using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>What a shard's pipeline publishes about itself; the pipeline writes, anyone reads.</summary>
/// <remarks>Thread-safe. Of each segment, records between the checkpoint and the position read are in the batch or
/// unreadable; records after it are waiting in the log, or evicted where the log starts later.</remarks>
internal sealed class ShardProgress
{
    private readonly Lock _gate = new();
    private readonly Shard _shard;
    private readonly DrainMeter _drain;
    private readonly DrainMeter _ownDrain;
    private readonly LaneProgress? _last;
    private LedgerEntry[] _segments = [];
    private TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _newest;
    private long _arrivalAfter = -1;
    private Timestamp? _arrival;

    /// <summary>Begins without an entry.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="drain">Counts what goes, of all shards of the delivery.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isLiveFirst">Whether the last segment has a lane of its own.</param>
    public ShardProgress(Shard shard, DrainMeter drain, TimeProvider time, bool isLiveFirst = false)
    {
        _shard = shard;
        _drain = drain;
        _ownDrain = new DrainMeter(time);
        First = new LaneProgress(_gate);
        _last = isLiveFirst ? new LaneProgress(_gate) : null;
    }

    /// <summary>The lane that works at the first segment.</summary>
    public LaneProgress First { get; }

    /// <summary>The lane that works at the last segment; the same where there is one alone.</summary>
    public LaneProgress Last => _last ?? First;

    /// <summary>The ledger says this now, and no batch of the lane, if one is given, is in memory.</summary>
    public void Settled(LedgerEntry[] segments, LaneProgress? lane)
    {
        TaskCompletionSource settled;
        lock (_gate)
        {
            Count(segments);
            _segments = segments;
            lane?.Reset();
            settled = _settled;
            _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        settled.SetResult();
    }

    /// <summary>Completes when everything up to <paramref name="target"/> is delivered or evicted.</summary>
    public async Task WaitForAsync(SequenceNumber target, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task settled;
            lock (_gate)
            {
                if (IsDone(target.Value))
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
        ShardSnapshot snapshot;
        long? waitingAfter;
        lock (_gate)
        {
            snapshot = SnapshotOfLanes();
            waitingAfter = _segments.Length == 0 ? null : AddSegments(ref snapshot);
        }

        snapshot = snapshot with { EtaSeconds = DrainMeter.EtaSeconds(snapshot.BacklogRecords, _ownDrain.Rates()) };
        return waitingAfter is { } after ? snapshot with { OldestArrival = ArrivalAfter(after) } : snapshot;
    }

    private bool IsDone(long target)
    {
        var oldest = _shard.OldestSequence.Value - 1;
        for (var at = 0; at < _segments.Length; at++)
        {
            var lane = LaneOf(at);
            var done = _segments[at].Checkpoint.Value;
            done = lane is null or { BatchRecords: 0 } && oldest > (lane?.Read ?? done) ? oldest : done;
            if (done < Math.Min(target, EndOf(at, target)))
            {
                return false;
            }
        }

        return _segments.Length > 0 || target <= Math.Max(0, oldest);
    }

    private void Count(LedgerEntry[] segments)
    {
        var newest = _shard.NewestSequence.Value;
        if (_segments.Length > 0 && segments.Length > 0 && _segments[0].Stream == segments[0].Stream)
        {
            var before = LedgerSegments.Sum(_segments);
            var now = LedgerSegments.Sum(segments);
            var settled = SettledOf(now) - SettledOf(before);
            var delivered = now.DeliveredRecords - before.DeliveredRecords;
            var appended = Math.Max(0, newest - _newest);
            _drain.Add(settled, delivered, appended);
            _ownDrain.Add(settled, delivered, appended);
        }

        _newest = newest;
    }

    private static long SettledOf(LedgerEntry entry) =>
        entry.DeliveredRecords + entry.EvictedRecords + entry.RejectedRecords.Total + entry.FilteredRecords;

    private LaneProgress? LaneOf(int at) =>
        at == _segments.Length - 1 && _last is not null ? _last : at == 0 ? First : null;

    private long EndOf(int at, long newest) => at == _segments.Length - 1 ? newest : _segments[at + 1].Base.Value;

    /// <summary>What the lane in most trouble does.</summary>
    private ShardSnapshot SnapshotOfLanes()
    {
        var worst = _last is not null && _last.State >= First.State ? _last : First;
        var other = worst == First ? Last : First;
        return new ShardSnapshot
        {
            State = worst.State,
            LastError = worst.LastError ?? other.LastError,
            NextAttemptAt = worst.NextAttemptAt ?? other.NextAttemptAt,
            Hold = worst.Hold > other.Hold ? worst.Hold : other.Hold,
            BatchRecords = First.BatchRecords + (_last?.BatchRecords ?? 0),
            OldestArrival = _segments.Length > 1 ? null : LaneOf(0)?.OldestArrival,
        };
    }

    /// <summary>Adds the numbers of all segments.</summary>
    /// <returns>The position before the oldest record that waits, where the log has to say when it arrived.</returns>
    private long? AddSegments(ref ShardSnapshot snapshot)
    {
        var newest = _shard.NewestSequence.Value;
        var oldest = _shard.OldestSequence.Value - 1;
        long? waitingAfter = null;
        for (var at = 0; at < _segments.Length; at++)
        {
            var entry = _segments[at];
            var lane = LaneOf(at);
            var isLast = at == _segments.Length - 1;
            var read = lane?.Read ?? entry.Checkpoint.Value;
            var end = Math.Max(EndOf(at, newest), read);
            var horizon = Math.Clamp(oldest, read, end);
            var batchRecords = lane?.BatchRecords ?? 0;
            var skipped = read - entry.Checkpoint.Value - batchRecords;
            var backlog = batchRecords + end - horizon;
            var bytes = backlog == 0 ? 0 : _shard.BytesAfter(entry.Checkpoint)
                - (isLast ? 0 : _shard.BytesAfter(new SequenceNumber(end)));
            if (backlog > 0 && snapshot is { BacklogRecords: 0, OldestArrival: null } && _segments.Length > 1)
            {
                snapshot = snapshot with { OldestArrival = lane?.OldestArrival };
                waitingAfter = lane?.OldestArrival is null ? horizon : null;
            }

            snapshot = snapshot with
            {
                AppendedRecords = end - _segments[0].Base.Value,
                EvictedRecords = snapshot.EvictedRecords + entry.EvictedRecords + skipped + horizon - read,
                BacklogRecords = snapshot.BacklogRecords + backlog,
                HistoryRecords = snapshot.HistoryRecords + (isLast ? 0 : backlog),
                BacklogBytes = snapshot.BacklogBytes + Math.Max(0, bytes),
            };
        }

        snapshot = snapshot with { Entry = LedgerSegments.Sum(_segments) };
        return waitingAfter;
    }

    /// <summary>When the first record behind a position arrived; null where the log does not tell.</summary>
    private Timestamp? ArrivalAfter(long position)
    {
        lock (_gate)
        {
            if (position == _arrivalAfter)
            {
                return _arrival;
            }
        }

        Timestamp? arrival;
        try
        {
            using var reader = _shard.OpenReader(ShardPosition.After(new SequenceNumber(position)));
            arrival = reader.TryRead(out var record) ? record.ArrivalTime : null;
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            return null;
        }

        lock (_gate)
        {
            (_arrivalAfter, _arrival) = (position, arrival);
        }

        return arrival;
    }
}
