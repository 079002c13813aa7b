using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>Any aggregate over each different value once.</summary>
internal sealed class DistinctState(AggregateState inner) : AggregateState
{
    private readonly ValueSet _values = new();
    private bool _isOverflown;

    public override SqlValue Result => inner.Result;

    public override bool IsOverflown => _isOverflown || inner.IsOverflown;

    public override int SizeBytes => 40 + inner.SizeBytes + _values.SizeBytes;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds) => AddTimes(in value, 1);

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (!value.IsNull && _values.Remove(in value))
        {
            inner.Remove(ValueSet.Canonical(in value), rowtimeUnixMicroseconds);
        }
    }

    public override void Merge(AggregateState other)
    {
        var added = (DistinctState)other;
        var place = 0;
        while (added._values.TryNext(ref place, out var value, out var times))
        {
            AddTimes(in value, times);
        }

        _isOverflown |= added._isOverflown;
    }

    public override void Reset()
    {
        _values.Clear();
        inner.Reset();
        _isOverflown = false;
    }

    public override void Save(IBufferWriter<byte> output)
    {
        output.WriteByte(_isOverflown ? (byte)1 : (byte)0);
        _values.Save(output);
    }

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        Reset();
        var reader = new StateReader(bytes);
        _isOverflown = reader.ReadByte() != 0;
        var count = reader.ReadInt32();
        if (count < 0)
        {
            reader.Break();
        }

        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var times = reader.ReadCount();
            AddTimes(reader.ReadValue(), times);
        }

        return Loaded(in reader, ref bytes);
    }

    private void AddTimes(scoped in SqlValue value, long times)
    {
        if (value.IsNull)
        {
            return;
        }

        _isOverflown |= !_values.TryAdd(in value, times, out var isNew);
        if (isNew)
        {
            inner.Add(ValueSet.Canonical(in value), 0);
        }
    }
}
