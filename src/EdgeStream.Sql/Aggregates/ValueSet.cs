using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>Different values and how often each is in, up to <see cref="AggregateFunction.DistinctMax"/> of
/// them.</summary>
/// <remarks>1, 1.0 and 1.00 are one value. Numbers of every kind hash alike when they are equal.</remarks>
internal sealed class ValueSet
{
    private const int InitialCount = 4;
    private const int None = -1;

    private int[] _buckets = NewBuckets(InitialCount);
    private Entry[] _entries = new Entry[InitialCount];
    private int _used;
    private int _free = None;

    public int Count { get; private set; }

    public int SizeBytes
    {
        get
        {
            var size = _buckets.Length * sizeof(int);
            foreach (ref readonly var entry in _entries.AsSpan())
            {
                size += 16 + entry.Value.SizeBytes;
            }

            return size;
        }
    }

    /// <summary>Adds a value so many times; false where it is new and there is no room.</summary>
    public bool TryAdd(scoped in SqlValue raw, long times, out bool isNew)
    {
        var value = Canonical(in raw);
        var hash = HashOf(in value);
        var index = Find(in value, hash);
        isNew = index < 0;
        if (!isNew)
        {
            _entries[index].Times += times;
            return true;
        }

        if (Count == AggregateFunction.DistinctMax)
        {
            isNew = false;
            return false;
        }

        index = Take();
        ref var entry = ref _entries[index];
        entry.Value.Set(in value);
        entry.Times = times;
        entry.Hash = hash;
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        entry.Next = bucket;
        bucket = index;
        Count++;
        return true;
    }

    /// <summary>Takes a value back once; true where it was the last of its kind.</summary>
    public bool Remove(scoped in SqlValue raw)
    {
        var value = Canonical(in raw);
        var hash = HashOf(in value);
        var index = Find(in value, hash);
        if (index < 0 || --_entries[index].Times > 0)
        {
            return false;
        }

        ref var link = ref _buckets[hash & (_buckets.Length - 1)];
        while (link != index)
        {
            link = ref _entries[link].Next;
        }

        link = _entries[index].Next;
        _entries[index].Next = _free;
        _free = index;
        Count--;
        return true;
    }

    public void Clear()
    {
        _buckets.AsSpan().Fill(None);
        foreach (ref var entry in _entries.AsSpan(0, _used))
        {
            entry.Times = 0;
        }

        (_used, _free, Count) = (0, None, 0);
    }

    /// <summary>The values that are in, in the order of their places; <paramref name="place"/> starts at 0.</summary>
    public bool TryNext(ref int place, out SqlValue value, out long times)
    {
        while (place < _used)
        {
            ref readonly var entry = ref _entries[place++];
            if (entry.Times > 0)
            {
                value = entry.Value.Value;
                times = entry.Times;
                return true;
            }
        }

        value = SqlValue.Null;
        times = 0;
        return false;
    }

    public void Save(IBufferWriter<byte> output)
    {
        output.WriteInt32(Count);
        var place = 0;
        while (TryNext(ref place, out var value, out var times))
        {
            output.WriteInt64(times);
            output.WriteValue(in value);
        }
    }

    private static int[] NewBuckets(int count)
    {
        var buckets = new int[count];
        buckets.AsSpan().Fill(None);
        return buckets;
    }

    private int Find(scoped in SqlValue value, int hash)
    {
        var index = _buckets[hash & (_buckets.Length - 1)];
        while (index >= 0)
        {
            ref readonly var entry = ref _entries[index];
            if (entry.Hash == hash && AreSame(in value, entry.Value.Value))
            {
                return index;
            }

            index = entry.Next;
        }

        return None;
    }

    private static bool AreSame(scoped in SqlValue left, scoped in SqlValue right) =>
        left.Type == right.Type && left.Integer == right.Integer && left.Scale == right.Scale
        && left.Text.SequenceEqual(right.Text);

    private static int HashOf(scoped in SqlValue value)
    {
        var hash = default(HashCode);
        hash.Add(value.Type);
        hash.Add(value.Integer);
        hash.AddBytes(value.Text);
        return hash.ToHashCode();
    }

    /// <summary>Equal numbers get one form: whole ones that fit become integers, decimals lose their last
    /// zeros.</summary>
    public static SqlValue Canonical(scoped in SqlValue value)
    {
        if (value.Type == SqlType.Double)
        {
            var number = value.Number;
            return Math.Abs(number) < 9e18 && Math.Truncate(number) == number
                ? SqlValue.OfInteger((long)number) : value;
        }

        if (value.Type != SqlType.Decimal)
        {
            return value;
        }

        var (digits, scale) = (value.Integer, value.Scale);
        while (scale > 0 && digits % 10 == 0)
        {
            (digits, scale) = (digits / 10, scale - 1);
        }

        return scale == 0 ? SqlValue.OfInteger(digits) : SqlValue.OfDecimal(digits, scale);
    }

    private int Take()
    {
        if (_free >= 0)
        {
            var free = _free;
            _free = _entries[free].Next;
            return free;
        }

        if (_used == _entries.Length)
        {
            Grow();
        }

        return _used++;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _buckets = NewBuckets(_entries.Length);
        for (var index = 0; index < _used; index++)
        {
            ref var bucket = ref _buckets[_entries[index].Hash & (_buckets.Length - 1)];
            _entries[index].Next = bucket;
            bucket = index;
        }
    }

    private struct Entry
    {
        public StoredValue Value;
        public long Times;
        public int Hash;
        public int Next;
    }
}
