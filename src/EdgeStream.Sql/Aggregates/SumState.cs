using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>SUM and AVG, of numbers and of intervals.</summary>
internal sealed class SumState(SqlDataType? result, bool isAverage) : AggregateState
{
    private NumberSum _sum;

    public override SqlValue Result =>
        _sum.Count == 0 ? SqlValue.Null
        : _sum.IsDouble || result?.Kind == SqlType.Double || (isAverage && result is null)
            ? SqlValue.Of(isAverage ? _sum.Double / _sum.Count : _sum.Double)
        : Exact(isAverage ? _sum.Exact / _sum.Count : _sum.Exact);

    public override int SizeBytes => 96;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds) => _sum.TryAdd(in value, 1);

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds) => _sum.TryAdd(in value, -1);

    public override void Merge(AggregateState other) => _sum.Add(in ((SumState)other)._sum);

    public override void Reset() => _sum = default;

    public override void Save(IBufferWriter<byte> output) => _sum.Save(output);

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        _sum = NumberSum.Load(ref reader);
        return Loaded(in reader, ref bytes);
    }

    /// <summary>What outgrew 64 bits is a double where no type is declared, and NULL where one is.</summary>
    private SqlValue Exact(Int128 digits) =>
        digits == (long)digits
            ? SqlValue.OfParts(
                result?.Kind ?? (_sum.Scale > 0 ? SqlType.Decimal : SqlType.Integer), (long)digits, _sum.Scale)
            : result is null ? SqlValue.Of(_sum.Double) : SqlValue.Null;
}
