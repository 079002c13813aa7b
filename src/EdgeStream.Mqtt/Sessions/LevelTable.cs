namespace EdgeStream.Mqtt;

/// <summary>The children of a topic level by name: read by any number of threads without a lock, written under the
/// tree's.</summary>
/// <remarks>
/// Open addressing over one array, linear probing. A slot goes from empty to a node to the tombstone and is replaced
/// only by another node, each time with one write of a reference; growing publishes a new array. A reader therefore
/// finds each node that was there before it came and is still there after it left.
/// </remarks>
internal sealed class LevelTable
{
    private const int SlotsMin = 4;

    private static readonly LevelNode Tombstone = new RemovedNode();

    private LevelNode?[] _slots = new LevelNode?[SlotsMin];
    private int _usedSlots;

    /// <summary>Children there are. For the writer.</summary>
    internal int Count { get; private set; }

    internal static int HashOf(ReadOnlySpan<byte> name) => Utf8Comparer.Instance.GetHashCode(name);

    internal LevelNode? Find(ReadOnlySpan<byte> name)
    {
        LevelNode?[] slots = Volatile.Read(ref _slots);
        int hash = HashOf(name);
        int mask = slots.Length - 1;

        // Ends at the first empty slot: a quarter of them is always empty.
        for (int i = hash & mask; ; i = (i + 1) & mask)
        {
            LevelNode? node = Volatile.Read(ref slots[i]);
            if (node is null)
            {
                return null;
            }

            if (node.Hash == hash && !ReferenceEquals(node, Tombstone) && node.Name.AsSpan().SequenceEqual(name))
            {
                return node;
            }
        }
    }

    /// <summary>The children at this moment, in no order; one that comes or goes meanwhile may be there or
    /// not.</summary>
    public Enumerator GetEnumerator() => new(Volatile.Read(ref _slots));

    /// <summary>Adds a node whose name is not there. For the writer.</summary>
    internal void Add(LevelNode node)
    {
        if ((_usedSlots + 1) * 4 > _slots.Length * 3)
        {
            Grow();
        }

        Count++;
        _usedSlots += Place(_slots, node) ? 1 : 0;
    }

    /// <summary>Takes a node out that is there. For the writer.</summary>
    internal void Remove(LevelNode node)
    {
        int mask = _slots.Length - 1;
        for (int i = node.Hash & mask; _slots[i] is { } found; i = (i + 1) & mask)
        {
            if (ReferenceEquals(found, node))
            {
                Volatile.Write(ref _slots[i], Tombstone);
                Count--;
                return;
            }
        }
    }

    /// <summary>Whether an empty slot was used up; else a tombstone's place was.</summary>
    private static bool Place(LevelNode?[] slots, LevelNode node)
    {
        int mask = slots.Length - 1;
        int i = node.Hash & mask;
        while (slots[i] is { } other && !ReferenceEquals(other, Tombstone))
        {
            i = (i + 1) & mask;
        }

        bool wasEmpty = slots[i] is null;
        Volatile.Write(ref slots[i], node);
        return wasEmpty;
    }

    /// <summary>A new array, twice as large as the children need, without tombstones.</summary>
    private void Grow()
    {
        int length = SlotsMin;
        while (length < (Count + 1) * 2)
        {
            length *= 2;
        }

        var slots = new LevelNode?[length];
        foreach (LevelNode node in this)
        {
            Place(slots, node);
        }

        _usedSlots = Count;
        Volatile.Write(ref _slots, slots);
    }

    /// <summary>Walks over the slots that hold a node.</summary>
    internal struct Enumerator
    {
        private readonly LevelNode?[] _slots;
        private int _next;

        internal Enumerator(LevelNode?[] slots)
        {
            _slots = slots;
            _next = 0;
            Current = null!;
        }

        public LevelNode Current { get; private set; }

        public bool MoveNext()
        {
            while (_next < _slots.Length)
            {
                LevelNode? node = Volatile.Read(ref _slots[_next++]);
                if (node is not null && !ReferenceEquals(node, Tombstone))
                {
                    Current = node;
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class RemovedNode() : LevelNode([]);
}
