using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>MIN and MAX of values that stay: the best so far.</summary>
/// <remarks>Values that cannot be compared with the best so far are passed over.</remarks>
internal sealed class ExtremeState(bool isMax) : AggregateState
{
    private StoredValue _best;

    public override SqlValue Result => _best.Value;

    public override int SizeBytes => 24 + _best.SizeBytes;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (value.Type == SqlType.Double && _best.TryGetDouble(out var best))
        {
            var number = value.Number;
            if (isMax ? number > best : number < best)
            {
                _best.Set(in value);
            }

            return;
        }

        if (!value.IsNull && (_best.Value.IsNull || IsBetter(in value, _best.Value, isMax)))
        {
            _best.Set(in value);
        }
    }

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds) =>
        throw new NotSupportedException("This state was made without removal.");

    public override void Merge(AggregateState other) =>
        Add(other is ExtremeState { _best: var best } ? best.Value : throw NoMerge(), 0);

    public override void Reset() => _best.Clear();

    public override void Save(IBufferWriter<byte> output) => output.WriteValue(_best.Value);

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        _best.Set(reader.ReadValue());
        return Loaded(in reader, ref bytes);
    }

    public static bool IsBetter(scoped in SqlValue value, scoped in SqlValue best, bool isMax) =>
        Comparison.TryCompare(in value, in best, out var order) && (isMax ? order > 0 : order < 0);
}
