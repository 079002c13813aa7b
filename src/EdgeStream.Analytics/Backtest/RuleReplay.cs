using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>What rules would have made of one shard's records: the evaluation that a running gateway does, without its
/// clock, its state and its alerts stream.</summary>
/// <remarks>
/// Not thread-safe. The alerts have the ids that they would have had, so they can be compared with those that were
/// raised. Rules begin with nothing before the first record, as after they are switched on. Between two records time
/// passes in steps of a second, or of a thousandth of a longer silence: so exact is the time of what fires in silence.
/// Memory: that of the rules, and the alerts.
/// </remarks>
public sealed class RuleReplay
{
    private const int KeysPerRuleMax = 10_000;
    private const long StepMicroseconds = 1_000_000;
    private const int StepsMax = 1_000;

    /// <summary>The rules list what would be to save: the list is emptied when that is so much.</summary>
    private const long ForgetSizeBytes = 1 << 20;

    private readonly ReplayClock _clock = new();
    private readonly ShardRules _rules;
    private readonly Action<Alert> _onAlert;
    private long _sinceTick;

    /// <summary>Prepares rules for a shard.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="shardId">The shard's id.</param>
    /// <param name="rules">Valid rules of that stream.</param>
    /// <param name="onAlert">Takes each change of an alert, in order.</param>
    public RuleReplay(string stream, string shardId, IEnumerable<RuleDefinition> rules, Action<Alert> onAlert)
    {
        _rules = new ShardRules(stream, shardId, rules, KeysPerRuleMax);
        _onAlert = onAlert;
    }

    /// <summary>Records that had nothing for a rule, over all rules.</summary>
    public long IgnoredRecords => _rules.Rules.Sum(static rule => rule.Ignored);

    /// <summary>Evaluates a record, after letting the time before it pass.</summary>
    /// <param name="record">The record.</param>
    /// <param name="monotonicMicroseconds">The machine's monotonic clock at its arrival.</param>
    /// <param name="boot">Which start of the machine that was.</param>
    public void Evaluate(scoped in StreamRecord record, long monotonicMicroseconds, uint boot)
    {
        LetPass(_clock.MicrosecondsTo(monotonicMicroseconds, boot));
        _clock.Arrive(record.ArrivalTime, monotonicMicroseconds, boot);
        _rules.Evaluate(in record, _clock.GetTimestamp());
        Give();
        if (_rules.Unsaved.Bytes >= ForgetSizeBytes)
        {
            ForgetChanges();
        }
    }

    /// <summary>Lets time pass after the last record.</summary>
    public void Pass(TimeSpan time) => LetPass(time.Ticks / TimeSpan.TicksPerMicrosecond);

    private void LetPass(long microseconds)
    {
        _sinceTick += microseconds;
        if (_sinceTick < StepMicroseconds)
        {
            return;
        }

        _sinceTick = 0;
        var step = Math.Min(microseconds, Math.Max(StepMicroseconds, microseconds / StepsMax));
        for (var left = microseconds; left > 0 && left >= step; left -= step)
        {
            _clock.Pass(step);
            _rules.Tick(_clock);
            Give();
        }
    }

    private void ForgetChanges()
    {
        foreach (var rule in _rules.Rules)
        {
            rule.State.Save(static _ => { }, static (_, _) => { });
        }

        _rules.ClockState.Save(static _ => { }, static (_, _) => { });
        _rules.Unsaved.Bytes = 0;
    }

    private void Give()
    {
        if (_rules.Sink.Alerts.Count > 0)
        {
            foreach (var alert in _rules.Sink.Alerts)
            {
                _onAlert(alert);
            }

            _rules.Sink.Clear();
        }
    }
}
