using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>FIRST_VALUE, LAST_VALUE and NTH_VALUE: the value at a place, counted from the first or from the last
/// one.</summary>
/// <remarks>Keeps as many values as the place is far from its end; counted from the first in a sliding window, all of
/// the window's.</remarks>
internal sealed class PositionState(int position, bool isFromLast, bool ignoresNulls, bool isRemovable) : AggregateState
{
    private readonly ValueQueue _kept = new();
    private long _count;
    private bool _isOverflown;

    public override SqlValue Result =>
        _kept.Count < position ? SqlValue.Null : _kept[isFromLast ? _kept.Count - position : position - 1];

    public override bool IsOverflown => _isOverflown;

    public override int SizeBytes => 48 + _kept.SizeBytes;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (ignoresNulls && value.IsNull)
        {
            return;
        }

        _count++;
        if (isFromLast && _kept.Count == position)
        {
            _kept.PopOldest();
        }
        else if (!isFromLast && !isRemovable && _kept.Count == position)
        {
            return;
        }

        _isOverflown |= !_kept.TryPush(in value);
    }

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (!isRemovable)
        {
            throw new NotSupportedException("This state was made without removal.");
        }

        if (ignoresNulls && value.IsNull)
        {
            return;
        }

        _count--;
        if (_kept.Count > _count || (!isFromLast && _kept.Count > 0))
        {
            _kept.PopOldest();
        }
    }

    public override void Merge(AggregateState other)
    {
        if (isRemovable)
        {
            throw NoMerge();
        }

        var added = (PositionState)other;
        for (var index = 0; index < added._kept.Count; index++)
        {
            Add(added._kept[index], 0);
        }

        _count += added._count - added._kept.Count;
    }

    public override void Reset()
    {
        _kept.Clear();
        _count = 0;
        _isOverflown = false;
    }

    public override void Save(IBufferWriter<byte> output)
    {
        output.WriteInt64(_count);
        output.WriteByte(_isOverflown ? (byte)1 : (byte)0);
        _kept.Save(output);
    }

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        Reset();
        var reader = new StateReader(bytes);
        _count = reader.ReadCount();
        _isOverflown = reader.ReadByte() != 0;
        _kept.Load(ref reader);
        return Loaded(in reader, ref bytes);
    }
}
