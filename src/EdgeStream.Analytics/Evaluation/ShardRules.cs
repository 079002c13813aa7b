using EdgeStream.Sql;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>All rules of one stream at work on one of its shards: one pass over each record serves them
/// all.</summary>
/// <remarks>
/// A function of the records it is given, in their order, and of <see cref="Tick"/>: no disk, no waiting. Not
/// thread-safe.
/// Allocates nothing for a record that raises no alert and brings no new key.
/// </remarks>
internal sealed class ShardRules
{
    /// <summary>Longer partition keys are not evaluated, so that one record's state is sure to fit into one
    /// save.</summary>
    public const int KeySizeBytesMax = 1024;

    /// <summary>A save is one record of the state's log, which takes 2 MiB.</summary>
    private const int SaveSizeBytesMax = 2 << 20;

    /// <summary>The largest of the layouts of state, with an entry's own head.</summary>
    private const int StateSizeBytesMax = 300;

    /// <summary>The fixed parts of an entry's name, with the lengths around it.</summary>
    private const int NameOverheadBytes = 100;

    private const int HeaderReserveBytes = 64 << 10;

    private readonly JsonColumns _columns;
    private readonly KeyTable<KeyClock> _clocks;
    private readonly bool _measuresTime;
    private readonly Rule[] _rules;
    private readonly RulesByKey _byKey;
    private readonly RuleGates _gates;

    public ShardRules(string stream, string shardId, IEnumerable<RuleDefinition> definitions, int keysMax)
    {
        var columns = new ColumnSet();
        var all = definitions.ToList();
        var longestName = all.Count == 0 ? 0 : all.Max(definition => definition.Name.Length);
        Unsaved = new UnsavedSize(NameOverheadBytes + stream.Length + shardId.Length + longestName);
        var entryBytesMax = Unsaved.EntryOverheadBytes + StateSizeBytesMax + KeySizeBytesMax;
        _rules = [.. all.Select(definition => Rule.Create(definition, columns, keysMax, Unsaved))];
        foreach (var rule in _rules)
        {
            rule.Unsettled = Unsettled;
        }

        _byKey = new RulesByKey(_rules);
        _gates = new RuleGates(_byKey.OfAnyKey);
        UnsavedBytesMax = SaveSizeBytesMax - HeaderReserveBytes
            - ((all.Count + 1) * (long)(entryBytesMax + longestName))
            - _rules.Sum(rule => (long)rule.ExtraSaveBytesMax);
        _columns = new JsonColumns(columns);
        _clocks = new KeyTable<KeyClock>(keysMax, Unsaved);
        _measuresTime = _rules.Any(rule => rule.MeasuresTime || rule.Definition.HoldTime > TimeSpan.Zero);
        ClockState = new KeyStates<KeyClock>(_clocks);
        Sink = new AlertSink(stream, shardId, all);
    }

    public IReadOnlyList<Rule> Rules => _rules;

    public IRuleState ClockState { get; }

    public AlertSink Sink { get; }

    /// <summary>How many rules have a key that is pending.</summary>
    public UnsettledRules Unsettled { get; } = new();

    /// <summary>About how many bytes the next save writes; set to zero by who saves.</summary>
    public UnsavedSize Unsaved { get; }

    /// <summary>Unsaved state must be saved from this size on, so that what one more record adds still
    /// fits.</summary>
    public long UnsavedBytesMax { get; }

    /// <summary>Evaluates a record; <paramref name="monotonic"/> is a recent reading of the monotonic
    /// clock.</summary>
    public void Evaluate(scoped in StreamRecord record, long monotonic)
    {
        if (!IsUsable(in record))
        {
            return;
        }

        var hash = KeyHash.Of(record.PartitionKey);
        var evaluated = new Evaluated
        {
            Key = record.PartitionKey,
            Hash = hash,
            Sequence = record.Sequence.Value,
            ArrivalTime = record.ArrivalTime,
            EventTime = record.EventTime,
            KeyTime = _measuresTime ? AdvanceClock(in record, hash) : 0,
            Monotonic = monotonic,
        };
        _gates.Evaluate(in evaluated, _columns, record.Data, record.EventTime, Sink);
        foreach (var rule in _byKey.Of(record.PartitionKey, hash))
        {
            rule.Evaluate(in evaluated, _columns, record.Data, record.EventTime, Sink);
        }
    }

    /// <summary>Fires what has been pending long enough while its key was silent. To be called at the end of the
    /// input only.</summary>
    public void Tick(TimeProvider timeProvider)
    {
        foreach (var rule in _rules)
        {
            rule.Tick(timeProvider, Sink);
        }
    }

    /// <summary>Takes over what the sink knows to have fired in silence; called after <see cref="Resume"/>.</summary>
    public void Recall()
    {
        foreach (var rule in _rules)
        {
            rule.Recall(Sink);
        }
    }

    /// <summary>Takes over what fired in silence behind the last record; called when the input has been
    /// replayed.</summary>
    public void EndReplay()
    {
        foreach (var rule in _rules)
        {
            rule.EndReplay(Sink);
        }
    }

    /// <summary>Continues from restored state.</summary>
    public void Resume(long monotonic)
    {
        foreach (var rule in _rules)
        {
            rule.Resume(monotonic);
        }
    }

    private bool IsUsable(scoped in StreamRecord record)
    {
        var isKeyUsable = record.PartitionKey.Length <= KeySizeBytesMax;
        if (isKeyUsable && _columns.TryRead(record.Data))
        {
            return true;
        }

        foreach (var rule in _rules)
        {
            if (isKeyUsable)
            {
                rule.Ignore();
            }
            else
            {
                rule.CountUntracked();
            }
        }

        return false;
    }

    private long AdvanceClock(scoped in StreamRecord record, int hash)
    {
        var index = _clocks.GetOrAdd(record.PartitionKey, hash);
        _clocks.Touch(index, record.Sequence.Value);
        return _clocks.StateAt(index).Advance(record.EventTime.UnixMicroseconds);
    }
}
