using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>ANY and EVERY; unknown for no row for which the condition was known.</summary>
internal sealed class ConditionState(bool isEvery) : AggregateState
{
    private long _true;
    private long _false;

    public override SqlValue Result => _true + _false == 0 ? SqlValue.Null
        : SqlValue.Of(isEvery ? _false == 0 : _true > 0);

    public override int SizeBytes => 40;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds) => Count(in value, 1);

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds) => Count(in value, -1);

    public override void Merge(AggregateState other)
    {
        var added = (ConditionState)other;
        _true += added._true;
        _false += added._false;
    }

    public override void Reset() => _true = _false = 0;

    public override void Save(IBufferWriter<byte> output)
    {
        output.WriteInt64(_true);
        output.WriteInt64(_false);
    }

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        _true = reader.ReadCount();
        _false = reader.ReadCount();
        return Loaded(in reader, ref bytes);
    }

    private void Count(scoped in SqlValue value, int sign)
    {
        if (value.Type == SqlType.Boolean)
        {
            _true += value.Boolean ? sign : 0;
            _false += value.Boolean ? 0 : sign;
        }
    }
}
