using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>MIN and MAX of a sliding window: only the values that can still become the answer are kept, best
/// first.</summary>
/// <remarks>A value that a better one has followed can never be the answer again, since it leaves first; so adding is
/// one comparison on average, and the memory is the longest run of ever worse values.</remarks>
internal sealed class WindowExtremeState(bool isMax) : AggregateState
{
    private readonly ValueQueue _candidates = new();
    private readonly NumberQueue _places = new();
    private long _added;
    private long _removed;
    private bool _isOverflown;

    public override SqlValue Result => _candidates.Count == 0 ? SqlValue.Null : _candidates[0];

    public override bool IsOverflown => _isOverflown;

    public override int SizeBytes => 64 + _candidates.SizeBytes + _places.SizeBytes;

    public override void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (value.IsNull)
        {
            return;
        }

        var place = _added++;
        while (_candidates.Count > 0 && !ExtremeState.IsBetter(_candidates[_candidates.Count - 1], in value, isMax))
        {
            _candidates.PopNewest();
            _places.PopNewest();
        }

        if (_candidates.TryPush(in value))
        {
            _places.Push(place);
        }
        else
        {
            _isOverflown = true;
        }
    }

    public override void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds)
    {
        if (value.IsNull)
        {
            return;
        }

        if (_candidates.Count > 0 && _places[0] == _removed)
        {
            _candidates.PopOldest();
            _places.PopOldest();
        }

        _removed++;
    }

    public override void Merge(AggregateState other) => throw NoMerge();

    public override void Reset()
    {
        _candidates.Clear();
        _places.Clear();
        _added = _removed = 0;
        _isOverflown = false;
    }

    public override void Save(IBufferWriter<byte> output)
    {
        output.WriteInt64(_added);
        output.WriteInt64(_removed);
        output.WriteByte(_isOverflown ? (byte)1 : (byte)0);
        _candidates.Save(output);
        for (var index = 0; index < _candidates.Count; index++)
        {
            output.WriteInt64(_places[index]);
        }
    }

    public override bool TryLoad(ref ReadOnlySpan<byte> bytes)
    {
        Reset();
        var reader = new StateReader(bytes);
        _added = reader.ReadCount();
        _removed = reader.ReadCount();
        _isOverflown = reader.ReadByte() != 0;
        _candidates.Load(ref reader);
        for (var index = 0; index < _candidates.Count; index++)
        {
            _places.Push(reader.ReadCount());
        }

        return Loaded(in reader, ref bytes);
    }
}
