using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>EXP_AVG: an average in which a value weighs half as much for every half-life that it is older than the
/// newest one.</summary>
internal sealed class DecayingAverageState(long halfLifeMicroseconds) : AggregateState
{
    private long _count;
    private long _newestUnixMicroseconds;
    private double _weights;
    private double _weighted;

    public override SqlValue Result => _count == 0 ? SqlValue.Null : SqlValue.Of(_weighted / _weights);

    public override int SizeBytes => 56;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (value.IsNumeric)
        {
            Add(1, 1, value.Number, rowtimeUnixMicroseconds);
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

        var weight = Decay(_newestUnixMicroseconds - rowtimeUnixMicroseconds);
        _weights -= weight;
        _weighted -= weight * value.Number;
    }

    public override void Merge(AggregateState other)
    {
        var added = (DecayingAverageState)other;
        if (added._count > 0)
        {
            Add(added._count, added._weights, added._weighted, added._newestUnixMicroseconds);
        }
    }

    public override void Reset()
    {
        _count = _newestUnixMicroseconds = 0;
        _weights = _weighted = 0;
    }

    public override void Save(IBufferWriter<byte> output)
    {
        output.WriteInt64(_count);
        output.WriteInt64(_newestUnixMicroseconds);
        output.WriteDouble(_weights);
        output.WriteDouble(_weighted);
    }

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        _count = reader.ReadCount();
        _newestUnixMicroseconds = reader.ReadInt64();
        _weights = reader.ReadDouble();
        _weighted = reader.ReadDouble();
        return Loaded(in reader, ref bytes);
    }

    private void Add(long count, double weights, double weighted, long unixMicroseconds)
    {
        if (_count == 0 || unixMicroseconds > _newestUnixMicroseconds)
        {
            var aging = _count == 0 ? 0 : Decay(unixMicroseconds - _newestUnixMicroseconds);
            _weights *= aging;
            _weighted *= aging;
            _newestUnixMicroseconds = unixMicroseconds;
        }

        var age = Decay(_newestUnixMicroseconds - unixMicroseconds);
        _weights += age * weights;
        _weighted += age * weighted;
        _count += count;
    }

    private double Decay(long microseconds) =>
        microseconds == 0 ? 1 : Math.Pow(2, -(double)microseconds / halfLifeMicroseconds);
}
