namespace EdgeStream.Mqtt;

/// <summary>A list that any number of threads read without a lock while one, under its owner's lock, changes
/// it.</summary>
/// <remarks>
/// Entries never move within an array that readers may hold: what is removed is marked and stays until the array is
/// renewed, which happens when the marked outnumber the others. So each reader sees each entry at most once, and each
/// that was there all the time exactly once. Adding, replacing and removing cost a constant time on average.
/// </remarks>
internal sealed class SnapshotList<T>
    where T : class, ISlotted
{
    private const int CapacityMin = 2;

    private T?[] _items = [];
    private int _used;
    private int _count;

    /// <summary>Entries there are.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>The entries at this moment, the removed ones among them.</summary>
    internal ReadOnlySpan<T?> Items
    {
        get
        {
            ReadOnlySpan<T?> items = Volatile.Read(ref _items);
            int used = 0;

            // The used places are the first ones: the border is found by halving.
            for (int end = items.Length; used < end;)
            {
                int middle = (used + end) / 2;
                (used, end) = items[middle] is null ? (used, middle) : (middle + 1, end);
            }

            return items[..used];
        }
    }

    internal void Add(T item)
    {
        if (_used == _items.Length)
        {
            Renew(Math.Max(CapacityMin, (_count + 1) * 2));
        }

        item.IsRemoved = false;
        item.Slot = _used;
        Volatile.Write(ref _items[_used++], item);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Puts an entry in another's place, in one step: each reader sees the one or the other.</summary>
    internal void Replace(T previous, T item)
    {
        item.IsRemoved = false;
        item.Slot = previous.Slot;
        Volatile.Write(ref _items[item.Slot], item);
    }

    internal void Remove(T item)
    {
        item.IsRemoved = true;
        Volatile.Write(ref _count, _count - 1);
        if (_used > _count * 2)
        {
            Renew(_count == 0 ? 0 : Math.Max(CapacityMin, _count * 2));
        }
    }

    private void Renew(int capacity)
    {
        var items = new T?[capacity];
        int used = 0;
        for (int i = 0; i < _used; i++)
        {
            T item = _items[i]!;
            if (!item.IsRemoved)
            {
                item.Slot = used;
                items[used++] = item;
            }
        }

        _used = used;
        Volatile.Write(ref _items, items);
    }
}
