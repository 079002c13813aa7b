using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Has the rules of any key look at a record, but those that would have nothing to say of it.</summary>
/// <remarks>A rule that holds nothing of any key, and whose bounds the value does not leave, is passed over by two
/// comparisons in a row of numbers: of a thousand thresholds on a day like others, all are. The others look in their
/// order. Allocates nothing.</remarks>
internal sealed class RuleGates
{
    private readonly Rule[] _rules;
    private readonly Gate[] _gates;
    private readonly int[] _slots;
    private readonly double[] _values;

    public RuleGates(Rule[] rules)
    {
        _rules = rules;
        _slots = [.. rules.Select(static rule => rule.Slot).Distinct()];
        _values = new double[_slots.Length];
        _gates = Array.ConvertAll(rules, rule => new Gate
        {
            Below = rule.QuietBelow, Above = rule.QuietAbove, Value = Array.IndexOf(_slots, rule.Slot), IsOpen = true,
        });
    }

    /// <summary>Evaluates a record whose columns were read.</summary>
    public void Evaluate(
        scoped in Evaluated record, JsonColumns columns, ReadOnlySpan<byte> data, Timestamp eventTime, AlertSink sink)
    {
        for (var index = 0; index < _slots.Length; index++)
        {
            // What is no number is within no bounds: the rule counts it.
            _values[index] = columns.TryGetNumber(_slots[index], out var number) ? number : double.NaN;
        }

        for (var index = 0; index < _gates.Length; index++)
        {
            ref var gate = ref _gates[index];
            var value = _values[gate.Value];
            if (gate.IsOpen || !(value >= gate.Below && value <= gate.Above))
            {
                var rule = _rules[index];
                rule.Evaluate(in record, columns, data, eventTime, sink);
                gate.IsOpen = rule.HoldsKeys;
            }
        }
    }

    /// <summary>What decides whether a rule has to look.</summary>
    private struct Gate
    {
        public double Below;
        public double Above;
        public int Value;
        public bool IsOpen;
    }
}
