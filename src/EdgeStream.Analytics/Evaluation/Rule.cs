using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>A rule at work on one shard: its state by key, and what it makes of a record.</summary>
/// <remarks>Used by one thread; the counters may be read by any.</remarks>
internal abstract class Rule
{
    private readonly int _slot;
    private readonly SqlExpression? _where;
    private long _ignored;
    private long _untracked;
    private long _dropped;
    private int _firing;
    private int _pending;

    protected Rule(RuleDefinition definition, ColumnSet columns)
    {
        Definition = definition;
        _where = definition.Where is { } where ? SqlExpression.ParseCondition(where, columns) : null;
        _slot = ColumnPath.TryParse(definition.Field, out var path)
            ? columns.Add(path)
            : throw new ArgumentException($"'{definition.Field}' is no field.", nameof(definition));
    }

    public RuleDefinition Definition { get; }

    /// <summary>The only partition key that the rule looks at, in UTF-8; null where it looks at more.</summary>
    public byte[]? OnlyKey => _where?.RequiredPartitionKey;

    /// <summary>The column that it looks at.</summary>
    public int Slot => _slot;

    /// <summary>Whether values matter to the rule that are between <see cref="QuietBelow"/> and
    /// <see cref="QuietAbove"/>, as it holds something of a key.</summary>
    public virtual bool HoldsKeys => true;

    /// <summary>The least value that a rule that holds nothing of any key has nothing to say of.</summary>
    public virtual double QuietBelow => double.PositiveInfinity;

    /// <summary>The greatest such value; below the least where there is none.</summary>
    public virtual double QuietAbove => double.NegativeInfinity;

    /// <summary>Whether the rule needs the keys' clocks.</summary>
    public abstract bool MeasuresTime { get; }

    public abstract IRuleState State { get; }

    /// <summary>Counts the rules of the shard with a key that is pending.</summary>
    public UnsettledRules Unsettled { get; set; } = new();

    public long Ignored => Interlocked.Read(ref _ignored);

    public long Untracked => Interlocked.Read(ref _untracked);

    public long Dropped => Interlocked.Read(ref _dropped);

    public int Firing => Volatile.Read(ref _firing);

    public int Pending => Volatile.Read(ref _pending);

    public static Rule Create(
        RuleDefinition definition, ColumnSet columns, int keysMax, UnsavedSize unsaved) => definition switch
    {
        ThresholdRuleDefinition threshold => new ThresholdRule(threshold, columns, keysMax, unsaved),
        AnomalyRuleDefinition anomaly => new AnomalyRule(anomaly, columns, keysMax, unsaved),
        DetectorRuleDefinition detector => new DetectorRule(detector, columns, keysMax, unsaved),
        RateOfChangeRuleDefinition rate => new RateOfChangeRule(rate, columns, keysMax, unsaved),
        MissingRuleDefinition missing => new MissingRule(missing, columns, keysMax, unsaved),
        StuckRuleDefinition stuck => new StuckRule(stuck, columns, keysMax, unsaved),
        LevelShiftRuleDefinition shift => new LevelShiftRule(shift, columns, keysMax, unsaved),
        DriftRuleDefinition drift => new DriftRule(drift, columns, keysMax, unsaved),
        _ => throw new ArgumentException($"There is no rule of kind {definition.Kind}.", nameof(definition)),
    };

    /// <summary>Looks at a record whose columns were read.</summary>
    public void Evaluate(
        scoped in Evaluated record, JsonColumns columns, ReadOnlySpan<byte> data, Timestamp eventTime, AlertSink sink)
    {
        var isNumber = columns.TryGetNumber(_slot, out var value);
        if (_where is not null && !_where.IsTrue(columns, data, record.Key, eventTime.UnixMicroseconds))
        {
            return;
        }

        if (isNumber)
        {
            Evaluate(in record, value, sink);
        }
        else
        {
            Ignore();
        }
    }

    /// <summary>Counts a record that has no number for the rule.</summary>
    public void Ignore() => Volatile.Write(ref _ignored, _ignored + 1);

    /// <summary>Fires what has been pending long enough by the monotonic clock while its key was silent.</summary>
    public abstract void Tick(TimeProvider timeProvider, AlertSink sink);

    /// <summary>The alerts that stand by this rule's state.</summary>
    public abstract IEnumerable<Alert> Standing(AlertSink sink);

    /// <summary>Takes over what the sink knows to have fired in silence before a crash; called after <see
    /// cref="Resume"/>.</summary>
    public virtual void Recall(AlertSink sink)
    {
    }

    /// <summary>Takes over what the sink knows to have fired in silence behind the last record before a crash; called
    /// when the input has been replayed.</summary>
    public virtual void EndReplay(AlertSink sink)
    {
    }

    /// <summary>How many bytes one record adds to the next save at most, beyond an entry of usual size.</summary>
    public virtual int ExtraSaveBytesMax => 0;

    /// <summary>Adds the keys whose condition holds for less than <c>for:</c>, up to a number of all.</summary>
    public virtual void AddPending(
        List<PendingAlert> pending, int countMax, TimeProvider timeProvider, AlertSink sink)
    {
    }

    /// <summary>Continues from restored state: counts it, and counts silence from now on.</summary>
    public abstract void Resume(long monotonic);

    protected abstract void Evaluate(scoped in Evaluated record, double value, AlertSink sink);

    /// <summary>Counts a record whose key is too long, or has no room because every key's alert is firing.</summary>
    public void CountUntracked() => Volatile.Write(ref _untracked, _untracked + 1);

    protected void SetDropped(long count) => Volatile.Write(ref _dropped, count);

    protected void SetCounts(int pending, int firing)
    {
        if (_pending > 0 != pending > 0)
        {
            Unsettled.Count += pending > 0 ? 1 : -1;
        }

        Volatile.Write(ref _pending, pending);
        Volatile.Write(ref _firing, firing);
    }
}
