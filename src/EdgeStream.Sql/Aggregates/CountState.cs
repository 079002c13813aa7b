using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>COUNT(*) and COUNT(x).</summary>
internal sealed class CountState(bool countsNulls) : AggregateState
{
    private long _count;

    public override SqlValue Result => SqlValue.OfInteger(_count);

    public override int SizeBytes => 32;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds) =>
        _count += countsNulls || !value.IsNull ? 1 : 0;

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds) =>
        _count -= countsNulls || !value.IsNull ? 1 : 0;

    public override void Merge(AggregateState other) => _count += ((CountState)other)._count;

    public override void Reset() => _count = 0;

    public override void Save(IBufferWriter<byte> output) => output.WriteInt64(_count);

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        _count = reader.ReadCount();
        return Loaded(in reader, ref bytes);
    }
}
