using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>VAR_POP, VAR_SAMP and their square roots, by Welford's recurrence, which also runs backwards.</summary>
internal sealed class VarianceState(AggregateKind kind) : AggregateState
{
    private long _count;
    private double _mean;

    /// <summary>The sum of the squared distances from the mean.</summary>
    private double _squares;

    public override SqlValue Result
    {
        get
        {
            var isSample = kind is AggregateKind.VarSamp or AggregateKind.StddevSamp;
            var divisor = isSample ? _count - 1 : _count;
            if (divisor <= 0)
            {
                return SqlValue.Null;
            }

            var variance = Math.Max(0, _squares) / divisor;
            return SqlValue.Of(
                kind is AggregateKind.StddevPop or AggregateKind.StddevSamp ? Math.Sqrt(variance) : variance);
        }
    }

    public override int SizeBytes => 48;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (value.IsNumeric)
        {
            var number = value.Number;
            var distance = number - _mean;
            _mean += distance / ++_count;
            _squares += distance * (number - _mean);
        }
    }

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (!value.IsNumeric)
        {
            return;
        }

        if (--_count <= 0)
        {
            Reset();
            return;
        }

        var distance = value.Number - _mean;
        _mean -= distance / _count;
        _squares -= distance * (value.Number - _mean);
    }

    public override void Merge(AggregateState other)
    {
        var added = (VarianceState)other;
        if (added._count == 0)
        {
            return;
        }

        var count = _count + added._count;
        var distance = added._mean - _mean;
        _squares += added._squares + (distance * distance * _count / count * added._count);
        _mean += distance * added._count / count;
        _count = count;
    }

    public override void Reset()
    {
        _count = 0;
        _mean = _squares = 0;
    }

    public override void Save(IBufferWriter<byte> output)
    {
        output.WriteInt64(_count);
        output.WriteDouble(_mean);
        output.WriteDouble(_squares);
    }

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        _count = reader.ReadCount();
        _mean = reader.ReadDouble();
        _squares = reader.ReadDouble();
        return Loaded(in reader, ref bytes);
    }
}
