namespace EdgeStream.Analytics;

/// <summary>State by partition key: bounded, least recently seen out first, with a list of what changed since it was
/// saved.</summary>
/// <remarks>Not thread-safe. Finding and touching allocate nothing. A pinned key is never dropped.</remarks>
/// <typeparam name="TState">What is remembered about a key.</typeparam>
internal sealed class KeyTable<TState>
    where TState : struct, IKeyState<TState>
{
    public const int None = -1;

    private const int InitialCapacity = 16;

    private readonly int _capacity;
    private readonly UnsavedSize _unsaved;
    private readonly List<int> _dirty = [];
    private readonly List<byte[]> _removed = [];
    private Entry[] _entries = new Entry[InitialCapacity];
    private int[] _buckets = NewBuckets(InitialCapacity);
    private int _used;
    private int _free = None;
    private int _newest = None;
    private int _oldest = None;

    public KeyTable(int capacity, UnsavedSize unsaved)
    {
        _capacity = capacity;
        _unsaved = unsaved;
    }

    /// <summary>How many keys there may be.</summary>
    public int Capacity => _capacity;

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many keys were dropped to make room for others.</summary>
    public long Dropped { get; private set; }

    /// <summary>One past the highest index in use.</summary>
    public int IndexEnd => _used;

    public ref TState StateAt(int index) => ref _entries[index].State;

    public bool IsUsed(int index) => _entries[index].Key is not null;

    public ReadOnlySpan<byte> KeyAt(int index) => _entries[index].Key;

    public long LastSequenceAt(int index) => _entries[index].LastSequence;

    public int Find(ReadOnlySpan<byte> key, int hash)
    {
        var index = _buckets[hash & (_buckets.Length - 1)];
        while (index >= 0)
        {
            ref readonly var entry = ref _entries[index];
            if (entry.Hash == hash && key.SequenceEqual(entry.Key))
            {
                return index;
            }

            index = entry.Next;
        }

        return None;
    }

    /// <summary>The key's index, with empty state if it is new; None if the table is full of pinned keys.</summary>
    public int GetOrAdd(ReadOnlySpan<byte> key, int hash)
    {
        var index = Find(key, hash);
        if (index >= 0)
        {
            return index;
        }

        if (Count >= _capacity && !DropOldest())
        {
            return None;
        }

        return Add(key, hash);
    }

    /// <summary>Makes the key the most recently seen one, and one to save.</summary>
    public void Touch(int index, long sequence)
    {
        ref var entry = ref _entries[index];
        entry.LastSequence = sequence;
        MarkDirty(index);
        if (!entry.IsPinned && index != _newest)
        {
            Unlink(index);
            Link(index);
        }
    }

    /// <summary>Makes the key one to save, although no record of it came.</summary>
    public void MarkChanged(int index) => MarkDirty(index);

    /// <summary>Keeps the key from being dropped until it is unpinned or removed.</summary>
    public void Pin(int index)
    {
        if (!_entries[index].IsPinned)
        {
            Unlink(index);
            _entries[index].IsPinned = true;
        }

        MarkDirty(index);
    }

    public void Unpin(int index)
    {
        if (_entries[index].IsPinned)
        {
            _entries[index].IsPinned = false;
            Link(index);
        }

        MarkDirty(index);
    }

    public void Remove(int index)
    {
        ref var entry = ref _entries[index];
        if (!entry.IsPinned)
        {
            Unlink(index);
        }

        ref var link = ref _buckets[entry.Hash & (_buckets.Length - 1)];
        while (link != index)
        {
            link = ref _entries[link].Next;
        }

        link = entry.Next;
        if (entry.IsStored)
        {
            _removed.Add(entry.Key);
            _unsaved.Bytes += _unsaved.EntryOverheadBytes;
        }

        entry = new Entry { Next = _free, Key = null! };
        _free = index;
        Count--;
    }

    /// <summary>Puts back a saved key. Saved keys come in the order of their last sequence, least first.</summary>
    public int Restore(ReadOnlySpan<byte> key, long lastSequence, in TState state)
    {
        var index = Add(key, KeyHash.Of(key));
        ref var entry = ref _entries[index];
        entry.LastSequence = lastSequence;
        entry.State = state;
        entry.IsStored = true;
        return index;
    }

    /// <summary>Reports what changed since the last call: keys that are gone first, then the others.</summary>
    public void TakeChanges(Action<byte[]> removed, Action<int> changed)
    {
        _removed.ForEach(removed);
        _removed.Clear();
        foreach (var index in _dirty)
        {
            if (_entries[index].IsDirty)
            {
                _entries[index].IsDirty = false;
                _entries[index].IsStored = true;
                changed(index);
            }
        }

        _dirty.Clear();
    }

    private static int[] NewBuckets(int capacity)
    {
        var buckets = new int[capacity * 2];
        Array.Fill(buckets, None);
        return buckets;
    }

    private int Add(ReadOnlySpan<byte> key, int hash)
    {
        var index = _free;
        if (index >= 0)
        {
            _free = _entries[index].Next;
        }
        else
        {
            if (_used == _entries.Length)
            {
                Grow();
            }

            index = _used++;
        }

        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _entries[index] = new Entry { Key = key.ToArray(), Hash = hash, Next = bucket };
        bucket = index;
        Count++;
        Link(index);
        return index;
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

    private bool DropOldest()
    {
        if (_oldest == None)
        {
            return false;
        }

        Remove(_oldest);
        Dropped++;
        return true;
    }

    private void MarkDirty(int index)
    {
        if (!_entries[index].IsDirty)
        {
            _entries[index].IsDirty = true;
            _dirty.Add(index);
            _unsaved.Bytes += _unsaved.EntryOverheadBytes + TState.SizeBytes + _entries[index].Key.Length;
        }
    }

    private void Link(int index)
    {
        ref var entry = ref _entries[index];
        entry.Newer = None;
        entry.Older = _newest;
        if (_newest == None)
        {
            _oldest = index;
        }
        else
        {
            _entries[_newest].Newer = index;
        }

        _newest = index;
    }

    private void Unlink(int index)
    {
        ref readonly var entry = ref _entries[index];
        if (entry.Newer == None)
        {
            _newest = entry.Older;
        }
        else
        {
            _entries[entry.Newer].Older = entry.Older;
        }

        if (entry.Older == None)
        {
            _oldest = entry.Newer;
        }
        else
        {
            _entries[entry.Older].Newer = entry.Newer;
        }
    }

    private struct Entry
    {
        public byte[] Key;
        public int Hash;
        public int Next;
        public int Newer;
        public int Older;
        public bool IsPinned;
        public bool IsDirty;
        public bool IsStored;
        public long LastSequence;
        public TState State;
    }
}
