using System.Text;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>The most frequent items of each window: SQL's TOP_K_ITEMS_TUMBLING.</summary>
/// <remarks>
/// Counts are exact while a window has no more different items than there are counters: ten times K, 1,000 at least and
/// 100,000 at most.
/// Beyond that the item counted least gives its counter, and its count, to a new one (Space-Saving: A. Metwally, D.
/// Agrawal, A. El Abbadi, ICDT 2005): an item that is more frequent than one in so many rows is never left out,
/// counts are
/// too high by the least count at most. Equal counts are ordered by the item's bytes.
/// </remarks>
public sealed class TopItemsWindow : TumblingFunction
{
    /// <summary>The greatest K.</summary>
    public const int ItemsMax = 100_000;

    private const byte Version = 1;
    private const int CountersMin = 1000;
    private const int CountersMax = ItemsMax;
    private const int CountersPerItem = 10;
    private const int HeapSizeMin = 64;
    private const int EntryBytes = sizeof(long) + sizeof(ushort);
    private const int CounterBytes = 80;

    private readonly int _items;
    private readonly int _counters;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly char[] _text = new char[ItemSizeBytesMax];

    // A heap with the least count first.
    private (string Item, long Count)[] _heap;
    private int _used;
    private long _itemBytes;

    /// <summary>Begins without a window.</summary>
    /// <param name="items">K, how many items a window gives at most; 1 to 100,000.</param>
    /// <param name="windowSeconds">The length of a window.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public TopItemsWindow(int items, int windowSeconds)
        : base(windowSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(items, ItemsMax);
        _items = items;
        _counters = Math.Clamp(items * CountersPerItem, CountersMin, CountersMax);
        _heap = new (string, long)[HeapSizeMin];
        _byText = _places.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public override long SizeBytesMax => _counters * (CounterBytes + (2L * ItemSizeBytesMax));

    /// <inheritdoc/>
    public override long SizeBytes => (_used * (long)CounterBytes) + (2 * _itemBytes);

    /// <inheritdoc/>
    public override int SavedBytesMax =>
        1 + sizeof(long) + (2 * sizeof(int)) + (_used * EntryBytes) + (int)_itemBytes;

    /// <summary>Gives the window's items, the most frequent first, and ends it.</summary>
    public IReadOnlyList<TopItem> Close()
    {
        var all = _heap.AsSpan(0, _used).ToArray();
        Array.Sort(all, static (left, right) => right.Count != left.Count
            ? right.Count.CompareTo(left.Count)
            : string.CompareOrdinal(left.Item, right.Item));
        _places.Clear();
        (_used, _itemBytes) = (0, 0);
        WindowEnd = long.MaxValue;
        return Array.ConvertAll(
            all[..Math.Min(_items, all.Length)], entry => new TopItem(TextOf(entry.Item), entry.Count));
    }

    /// <inheritdoc/>
    public override int Save(Span<byte> destination)
    {
        var writer = new SavedFieldWriter(destination);
        writer.Add(Version);
        writer.Add(WindowEnd);
        writer.Add(_items);
        writer.Add(_used);
        for (var index = 0; index < _used; index++)
        {
            var (item, count) = _heap[index];
            writer.Add(count);
            writer.Add((ushort)item.Length);
            writer.Advance(Encoding.Latin1.GetBytes(item, writer.Rest));
        }

        return writer.Length;
    }

    /// <inheritdoc/>
    public override bool TryLoad(ReadOnlySpan<byte> source)
    {
        Close();
        var reader = new SavedFieldReader(source);
        var isKnown = reader.Byte() == Version;
        var end = reader.Long();
        isKnown &= reader.Int() == _items;
        var count = reader.Int();
        if (!isKnown || reader.IsDamaged || count < 0 || count > _counters)
        {
            return false;
        }

        for (var index = 0; index < count; index++)
        {
            var times = reader.Long();
            var item = Encoding.Latin1.GetString(reader.Take(reader.UShort()));
            if (reader.IsDamaged || !_places.TryAdd(item, index))
            {
                Close();
                return false;
            }

            Grow();
            _heap[_used++] = (item, times);
            _itemBytes += item.Length;
        }

        WindowEnd = end;
        return reader.Rest.IsEmpty;
    }

    private protected override void Count(ReadOnlySpan<byte> item)
    {
        // One char a byte: a lookup needs no new text for an item that is known.
        Encoding.Latin1.GetChars(item, _text);
        var text = _text.AsSpan(0, item.Length);
        if (_byText.TryGetValue(text, out var place))
        {
            _heap[place].Count++;
            SiftDown(place);
        }
        else if (_used < _counters)
        {
            Grow();
            Put(_used, text.ToString(), 1);
            _itemBytes += text.Length;
            SiftUp(_used++);
        }
        else
        {
            _places.Remove(_heap[0].Item);
            _itemBytes += text.Length - _heap[0].Item.Length;
            Put(0, text.ToString(), _heap[0].Count + 1);
            SiftDown(0);
        }
    }

    private static string TextOf(string item) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(item));

    /// <summary>Makes room for one more.</summary>
    private void Grow()
    {
        if (_used == _heap.Length)
        {
            Array.Resize(ref _heap, Math.Min(_heap.Length * 2, _counters));
        }
    }

    private void Put(int place, string item, long count)
    {
        _heap[place] = (item, count);
        _places[item] = place;
    }

    private void SiftUp(int place)
    {
        while (place > 0 && _heap[(place - 1) / 2].Count > _heap[place].Count)
        {
            Swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    private void SiftDown(int place)
    {
        for (var child = (2 * place) + 1; child < _used; child = (2 * place) + 1)
        {
            if (child + 1 < _used && _heap[child + 1].Count < _heap[child].Count)
            {
                child++;
            }

            if (_heap[child].Count >= _heap[place].Count)
            {
                return;
            }

            Swap(place, child);
            place = child;
        }
    }

    private void Swap(int left, int right)
    {
        (_heap[left], _heap[right]) = (_heap[right], _heap[left]);
        _places[_heap[left].Item] = left;
        _places[_heap[right].Item] = right;
    }
}
