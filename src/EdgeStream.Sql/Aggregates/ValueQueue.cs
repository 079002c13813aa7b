using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>Values in the order of their coming: a ring that grows by doubling up to
/// <see cref="AggregateFunction.WindowValuesMax"/> and keeps its memory.</summary>
internal sealed class ValueQueue
{
    private const int InitialCount = 4;

    private StoredValue[] _values = new StoredValue[InitialCount];
    private int _head;

    public int Count { get; private set; }

    public bool IsFull => Count == AggregateFunction.WindowValuesMax;

    public int SizeBytes
    {
        get
        {
            var size = 0;
            foreach (ref readonly var value in _values.AsSpan())
            {
                size += value.SizeBytes;
            }

            return size;
        }
    }

    public SqlValue this[int index] => _values[Place(index)].Value;

    /// <summary>Appends a value; false, and nothing is appended, where the queue is full.</summary>
    public bool TryPush(scoped in SqlValue value)
    {
        if (IsFull)
        {
            return false;
        }

        if (Count == _values.Length)
        {
            Grow();
        }

        _values[Place(Count)].Set(in value);
        Count++;
        return true;
    }

    public void PopOldest()
    {
        _head = Place(1);
        Count--;
    }

    public void PopNewest() => Count--;

    public void Clear() => Count = _head = 0;

    public void Save(IBufferWriter<byte> output)
    {
        output.WriteInt32(Count);
        for (var index = 0; index < Count; index++)
        {
            output.WriteValue(this[index]);
        }
    }

    public void Load(scoped ref StateReader reader)
    {
        Clear();
        var count = reader.ReadInt32();
        if (count < 0)
        {
            reader.Break();
        }

        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            if (!TryPush(reader.ReadValue()))
            {
                reader.Break();
            }
        }
    }

    private int Place(int index) => (_head + index) & (_values.Length - 1);

    private void Grow()
    {
        var grown = new StoredValue[_values.Length * 2];
        for (var index = 0; index < Count; index++)
        {
            grown[index] = _values[Place(index)];
        }

        _values = grown;
        _head = 0;
    }
}
