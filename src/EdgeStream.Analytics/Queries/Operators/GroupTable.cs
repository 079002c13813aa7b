using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Groups by key in the order in which they came, each with the states of its aggregates.</summary>
/// <remarks>Finding allocates nothing. The memory of a group that was removed serves the next one.</remarks>
internal sealed class GroupTable(AggregateFunction[] functions, bool isRemovable = false)
{
    public const int None = -1;

    private const int InitialCapacity = 16;
    private const int EntrySizeBytes = 72;

    private readonly bool[] _isGrowing = [.. functions.Select(function => Grows(function, isRemovable))];
    private Entry[] _entries = new Entry[InitialCapacity];
    private int[] _buckets = NewBuckets(InitialCapacity);
    private int _used;
    private int _free = None;
    private int _last = None;

    public int Count { get; private set; }

    /// <summary>The oldest group.</summary>
    public int First { get; private set; } = None;

    public long SizeBytes { get; private set; }

    /// <summary>The group that came after one.</summary>
    public int Next(int group) => _entries[group].Newer;

    public ReadOnlySpan<byte> KeyOf(int group) => _entries[group].Key.AsSpan(0, _entries[group].KeyLength);

    /// <summary>A time that the operator keeps with a group.</summary>
    public ref long TimeOf(int group) => ref _entries[group].Time;

    public ref long EndOf(int group) => ref _entries[group].End;

    /// <summary>Whether states of a group take more memory with time.</summary>
    public bool IsGrowing { get; } = functions.Any(function => Grows(function, isRemovable));

    public AggregateState[] StatesOf(int group) => _entries[group].States;

    /// <summary>The group of a key; made if it is not there.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> key, out bool isNew)
    {
        var hash = KeyHash.Of(key);
        var group = _buckets[hash & (_buckets.Length - 1)];
        while (group >= 0)
        {
            ref readonly var entry = ref _entries[group];
            if (entry.Hash == hash && key.SequenceEqual(entry.Key.AsSpan(0, entry.KeyLength)))
            {
                isNew = false;
                return group;
            }

            group = entry.Next;
        }

        isNew = true;
        return Add(key, hash);
    }

    /// <summary>Adds a row to the aggregates of a group.</summary>
    public void Add(int group, Evaluator evaluator, Expression?[] arguments, RowBuffer row)
    {
        var states = _entries[group].States;
        for (var index = 0; index < states.Length; index++)
        {
            var state = states[index];
            if (!_isGrowing[index])
            {
                evaluator.Add(state, arguments[index], row);
                continue;
            }

            var before = state.SizeBytes;
            evaluator.Add(state, arguments[index], row);
            Grow(group, state.SizeBytes - before);
        }
    }

    /// <summary>Counts memory that a group has taken or given back.</summary>
    public void Grow(int group, int sizeBytes)
    {
        _entries[group].SizeBytes += sizeBytes;
        SizeBytes += sizeBytes;
    }

    /// <summary>Makes a group the newest one.</summary>
    public void MoveToEnd(int group)
    {
        if (group != _last)
        {
            Unlink(group);
            Link(group);
        }
    }

    public void Remove(int group)
    {
        Unlink(group);
        ref var link = ref _buckets[_entries[group].Hash & (_buckets.Length - 1)];
        while (link != group)
        {
            link = ref _entries[link].Next;
        }

        ref var entry = ref _entries[group];
        link = entry.Next;
        SizeBytes -= entry.SizeBytes;
        Forget(entry.States);
        entry.Next = _free;
        _free = group;
        Count--;
    }

    /// <summary>Removes all groups at once.</summary>
    public void RemoveAll()
    {
        for (var group = First; group >= 0; group = Next(group))
        {
            Forget(_entries[group].States);
        }

        Array.Fill(_buckets, None);
        (_used, _free, _last, First) = (0, None, None, None);
        (Count, SizeBytes) = (0, 0);
    }

    public void Save(ByteBuffer output)
    {
        output.AppendInt32(Count);
        for (var group = First; group >= 0; group = Next(group))
        {
            ref readonly var entry = ref _entries[group];
            output.AppendInt32(entry.KeyLength);
            output.Append(KeyOf(group));
            output.AppendInt64(entry.Time);
            output.AppendInt64(entry.End);
            foreach (var state in entry.States)
            {
                state.Save(output);
            }
        }
    }

    public void Load(ref StateReader reader)
    {
        var count = reader.ReadInt32();
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var group = FindOrAdd(reader.ReadBytes(reader.ReadInt32()), out _);
            _entries[group].Time = reader.ReadInt64();
            _entries[group].End = reader.ReadInt64();
            foreach (var state in _entries[group].States)
            {
                var rest = reader.Rest;
                if (!state.TryLoad(ref rest))
                {
                    reader.Break();
                }

                reader.ReadBytes(reader.Rest.Length - rest.Length);
            }

            Grow(group, SizeOf(_entries[group].States) - SizeOf(functions.Length));
        }
    }

    /// <summary>Values that may be taken back are kept by some functions; counts and sums have one size.</summary>
    private static bool Grows(AggregateFunction function, bool isRemovable) => function.IsDistinct
        || (isRemovable && function.Kind is AggregateKind.Min or AggregateKind.Max or AggregateKind.FirstValue
            or AggregateKind.LastValue or AggregateKind.NthValue)
        || (function.Argument?.Kind is null or SqlType.Text or SqlType.Binary
            && function.Kind is AggregateKind.Min or AggregateKind.Max or AggregateKind.FirstValue
                or AggregateKind.LastValue or AggregateKind.NthValue);

    private static int[] NewBuckets(int capacity)
    {
        var buckets = new int[capacity * 2];
        Array.Fill(buckets, None);
        return buckets;
    }

    /// <summary>What the states of a new group are taken to be, whatever memory they have from before.</summary>
    private static int SizeOf(int functionCount) => functionCount * 64;

    private static int SizeOf(AggregateState[] states)
    {
        var size = 0;
        foreach (var state in states)
        {
            size += state.SizeBytes;
        }

        return size;
    }

    private int Add(ReadOnlySpan<byte> key, int hash)
    {
        var group = _free;
        if (group >= 0)
        {
            _free = _entries[group].Next;
        }
        else
        {
            if (_used == _entries.Length)
            {
                Grow();
            }

            group = _used++;
            _entries[group].States ??= Array.ConvertAll(functions, function => function.Create(isRemovable));
        }

        ref var entry = ref _entries[group];
        if (entry.Key is null || entry.Key.Length < key.Length)
        {
            entry.Key = new byte[key.Length];
        }

        key.CopyTo(entry.Key);
        entry.KeyLength = key.Length;
        entry.Hash = hash;
        entry.Time = entry.End = 0;
        entry.SizeBytes = EntrySizeBytes + key.Length + SizeOf(functions.Length);
        SizeBytes += entry.SizeBytes;
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        entry.Next = bucket;
        bucket = group;
        Count++;
        Link(group);
        return group;
    }

    private void Forget(AggregateState[] states)
    {
        for (var index = 0; index < states.Length; index++)
        {
            if (_isGrowing[index])
            {
                states[index] = functions[index].Create(isRemovable);
            }
            else
            {
                states[index].Reset();
            }
        }
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _buckets = NewBuckets(_entries.Length);
        for (var group = 0; group < _used; group++)
        {
            ref var bucket = ref _buckets[_entries[group].Hash & (_buckets.Length - 1)];
            _entries[group].Next = bucket;
            bucket = group;
        }
    }

    private void Link(int group)
    {
        ref var entry = ref _entries[group];
        entry.Newer = None;
        entry.Older = _last;
        if (_last == None)
        {
            First = group;
        }
        else
        {
            _entries[_last].Newer = group;
        }

        _last = group;
    }

    private void Unlink(int group)
    {
        ref readonly var entry = ref _entries[group];
        if (entry.Newer == None)
        {
            _last = entry.Older;
        }
        else
        {
            _entries[entry.Newer].Older = entry.Older;
        }

        if (entry.Older == None)
        {
            First = entry.Newer;
        }
        else
        {
            _entries[entry.Older].Newer = entry.Newer;
        }
    }

    private struct Entry
    {
        public byte[] Key;
        public AggregateState[] States;
        public int KeyLength;
        public int Hash;
        public int Next;
        public int Newer;
        public int Older;
        public int SizeBytes;
        public long Time;
        public long End;
    }
}
