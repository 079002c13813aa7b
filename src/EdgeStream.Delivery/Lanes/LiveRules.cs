using System.Numerics;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>What comes now goes first: what has waited through an outage becomes history.</summary>
/// <remarks>
/// <para>The lane is steady, in order, until an attempt fails. From then on history rests, and what the lane sends are
/// probes: the batch that failed, where it is small, else a small one of the newest records, sent again and again.
/// When one is through and what comes next has waited too long, that becomes history, and the next probe is of the
/// newest records; else the lane is steady again, and history goes on. It starts as after an outage.</para>
/// <para>Nothing is parted without such an occasion: a link that is slower than the records come has them in order.
/// An outage takes two segments at most.</para>
/// <para>Not thread-safe: the lane is its only user.</para>
/// </remarks>
internal sealed class LiveRules(
    DeliveryDefinition definition, Shard shard, ShardLedger ledger, LaneProgress progress, LaneGate gate,
    PipelineSignals signals, PipelineSignals history, bool mayLeave, TimeProvider time, ILogger logger)
    : LaneRules(definition)
{
    /// <summary>What a probe may hold: about a second of a link with 256 kbit/s.</summary>
    public const long ProbeBytesMax = 32 << 10;

    /// <summary>What has waited longer than the buffer may hold it, and this, has waited too long: 5 s.</summary>
    public static readonly TimeSpan LateMin = TimeSpan.FromSeconds(5);

    /// <summary>What arrived within this is new: 2 s; the newest record always is.</summary>
    public static readonly TimeSpan FreshMax = TimeSpan.FromSeconds(2);

    private const int UnboundedMin = 8;
    private const int ProbeTimes = 4;
    private static readonly TimeSpan ProbeTimeMin = TimeSpan.FromSeconds(2);

    private Phase _phase;
    private int _attempts;
    private bool _isAtStart = true;
    private bool _hasLeft;

    /// <summary>When the batch under way arrived, where it is too large for a probe.</summary>
    private Timestamp? _firstArrival;
    private SequenceNumber _last;

    private enum Phase
    {
        /// <summary>Small batches of the newest records, until one is through.</summary>
        Probing,

        /// <summary>A batch as any other has failed, or may not go yet.</summary>
        Failing,

        /// <summary>All is well.</summary>
        Steady,
    }

    /// <inheritdoc/>
    public override long BatchBytesMax =>
        _phase == Phase.Probing ? Math.Min(ProbeBytesMax, Definition.BufferBytes) : Definition.BufferBytes;

    /// <inheritdoc/>
    public override bool IsUrgent => _phase == Phase.Probing;

    /// <inheritdoc/>
    public override async ValueTask<bool> BeginAsync()
    {
        if (_phase != Phase.Steady)
        {
            // The step before, if there was one, has brought a batch through or left it.
            var isOver = !_isAtStart && !_hasLeft;
            _isAtStart = _hasLeft = false;
            _phase = !await TryPartAsync() && isOver ? Phase.Steady : Phase.Probing;
            if (_phase == Phase.Steady)
            {
                gate.Open();
            }
        }

        return true;
    }

    /// <inheritdoc/>
    /// <remarks>A link that swallows what is sent leaves an attempt hanging long after it is back, so that probes are
    /// given up after 2, 4, 8, 16 s and again. A destination may need longer still: the 8th, the 16th, the 32nd and so
    /// on has the time that it takes.</remarks>
    public override TimeSpan? AttemptTimeMax()
    {
        _attempts = _phase == Phase.Steady ? 0 : _attempts + 1;
        return _phase == Phase.Steady || !mayLeave || _firstArrival is not null ? null
            : _attempts >= UnboundedMin && BitOperations.IsPow2(_attempts) ? Timeout.InfiniteTimeSpan
            : ProbeTimeMin * (1 << (_attempts % ProbeTimes));
    }

    /// <inheritdoc/>
    public override void Send(Batch batch)
    {
        _last = batch.Last;
        _firstArrival = batch.RecordCount > 1 && batch.LineBytes > ProbeBytesMax ? batch.FirstArrival : null;
    }

    /// <inheritdoc/>
    public override void Fail(SendResult result)
    {
        _phase = _phase == Phase.Steady ? Phase.Failing : _phase;
        if (result.Outcome == SendOutcome.Retryable && !result.IsUnproven)
        {
            gate.Close();
        }
        else
        {
            // The destination is there: what keeps this batch may not keep another.
            gate.Open();
        }
    }

    /// <inheritdoc/>
    public override void Hold()
    {
        _phase = _phase == Phase.Steady ? Phase.Failing : _phase;
        gate.Close();
    }

    /// <inheritdoc/>
    public override bool Leave()
    {
        _hasLeft = mayLeave && _firstArrival is { } arrival && IsLate(arrival) && shard.NewestSequence > _last
            && LedgerSegments.CanPart(ledger.Segments);
        return _hasLeft;
    }

    /// <inheritdoc/>
    public override void Rest()
    {
        _phase = Phase.Steady;
        gate.Open();
    }

    /// <inheritdoc/>
    public override RetryOptions RetryAfter(SendResult result) => result.Outcome == SendOutcome.Retryable
        ? Definition.Retry.CappedAt(_firstArrival is null ? Definition.Retry.ProbeCapDelay : LateMin)
        : Definition.Retry;

    /// <inheritdoc/>
    public override Task WaitForOtherAsync() => WaitUntilAsync(() => ledger.Segments.Length == 1, signals);

    private bool IsLate(Timestamp arrival) =>
        AgeOf(arrival) > TimeSpan.FromSeconds(Definition.BufferSeconds) + LateMin;

    private TimeSpan AgeOf(Timestamp arrival) => time.GetUtcNow() - WallTime.Clamp(arrival).ToDateTimeOffset();

    /// <summary>Makes history of what has waited too long, if anything newer is there.</summary>
    private async Task<bool> TryPartAsync()
    {
        var entry = ledger.Segments[^1];
        var done = entry.Pending?.Last ?? entry.Checkpoint;
        var newest = shard.NewestSequence;
        if (newest <= done || !IsLate(entry.Checkpoint))
        {
            return false;
        }

        var fresh = shard.Resolve(ShardPosition.AtTime(Timestamp.From(time.GetUtcNow() - FreshMax))).Value - 1;
        var through = Math.Max(done.Value, Math.Min(fresh, newest.Value - 1));
        if (through <= entry.Checkpoint.Value
            || !await ledger.TryPartAsync(new SequenceNumber(through), progress))
        {
            return false;
        }

        Log.Parted(logger, Definition.Name, shard.Id, through);
        history.Wake.Set();
        return true;
    }

    /// <summary>Whether the first record behind a position has waited too long.</summary>
    private bool IsLate(SequenceNumber position)
    {
        using var reader = shard.OpenReader(ShardPosition.After(position));
        return reader.TryRead(out var record) && IsLate(record.ArrivalTime);
    }
}
