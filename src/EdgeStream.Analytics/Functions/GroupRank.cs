using System.Buffers.Binary;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>Ranks the rows of each row time: SQL's GROUP_RANK.</summary>
/// <remarks>
/// A group is the rows of one row time in a row. It is given when another row time comes, when no row has come for
/// the idle
/// time, or when it has 10,000 rows or 4 MiB. Rows are bytes of the caller's; they are ranked by sort keys that compare
/// as bytes do: <see cref="SortKeyOf"/> makes one of a number, a text's UTF-8 is one.
/// </remarks>
public sealed class GroupRank : IStreamFunction
{
    /// <summary>How many rows a group has at most.</summary>
    public const int RowsMax = 10_000;

    /// <summary>How many bytes of rows and keys a group has at most.</summary>
    public const int GroupSizeBytesMax = 4 << 20;

    private const byte Version = 1;
    private const int RowOverheadBytes = 96;

    private readonly bool _isDescending;
    private readonly RankOrder _order;
    private readonly int _rowsGiven;
    private readonly long _maxIdleMilliseconds;
    private readonly List<(byte[] Key, byte[] Row)> _rows = [];
    private long _rowTime;
    private int _sizeBytes;

    /// <summary>Begins without a group.</summary>
    /// <param name="isDescending">Whether the greatest value has rank 1.</param>
    /// <param name="order">The order in which rows are given.</param>
    /// <param name="maxIdleMilliseconds">After so long without a row the group is given; 0 waits.</param>
    /// <param name="outputMax">How many rows of a group are given; 0 for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 0.</exception>
    public GroupRank(bool isDescending, RankOrder order, int maxIdleMilliseconds, int outputMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxIdleMilliseconds);
        ArgumentOutOfRangeException.ThrowIfNegative(outputMax);
        _isDescending = isDescending;
        _order = order;
        _maxIdleMilliseconds = maxIdleMilliseconds;
        _rowsGiven = outputMax == 0 ? int.MaxValue : outputMax;
    }

    /// <summary>How many rows wait for their rank.</summary>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public long SizeBytesMax => GroupSizeBytesMax + (RowsMax * (long)RowOverheadBytes);

    /// <inheritdoc/>
    public int SavedBytesMax => 1 + sizeof(long) + sizeof(int) + (_rows.Count * 2 * sizeof(int)) + _sizeBytes;

    /// <summary>A number's sort key: eight bytes that compare as the numbers do.</summary>
    public static byte[] SortKeyOf(double value)
    {
        // Negative numbers have all their bits turned, others their sign: then the greater number has the greater bits.
        var bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value);
        var ordered = (ulong)(bits < 0 ? ~bits : bits ^ long.MinValue);
        var key = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(key, ordered);
        return key;
    }

    /// <summary>Whether the group is complete once a row of this time comes.</summary>
    public bool IsOver(long rowTime) => _rows.Count > 0 && rowTime != _rowTime;

    /// <summary>Whether nothing has come for the idle time.</summary>
    /// <param name="silentMilliseconds">For how long no row has come.</param>
    public bool IsIdle(long silentMilliseconds) =>
        _rows.Count > 0 && _maxIdleMilliseconds > 0 && silentMilliseconds >= _maxIdleMilliseconds;

    /// <summary>Takes a row into its group.</summary>
    /// <returns>False where the group has to be given first: its row time is another, or it is full. A row that is
    /// larger
    /// than a group may be is taken as a group of its own.</returns>
    public bool TryAdd(long rowTime, byte[] sortKey, byte[] row)
    {
        var size = sortKey.Length + row.Length;
        if (_rows.Count > 0
            && (rowTime != _rowTime || _rows.Count == RowsMax || _sizeBytes + size > GroupSizeBytesMax))
        {
            return false;
        }

        _rowTime = rowTime;
        _sizeBytes += size;
        _rows.Add((sortKey, row));
        return true;
    }

    /// <summary>Gives the group's rows with their ranks and begins the next group.</summary>
    public IReadOnlyList<RankedRow> Close()
    {
        var places = new int[_rows.Count];
        for (var index = 0; index < places.Length; index++)
        {
            places[index] = index;
        }

        Array.Sort(places, Compare);
        var ranks = new int[places.Length];
        for (var index = 0; index < places.Length; index++)
        {
            var isEqual = index > 0 && _rows[places[index]].Key.AsSpan().SequenceEqual(_rows[places[index - 1]].Key);
            ranks[places[index]] = isEqual ? ranks[places[index - 1]] : index + 1;
        }

        var given = new List<RankedRow>(Math.Min(places.Length, _rowsGiven));
        for (var index = 0; index < places.Length && given.Count < _rowsGiven; index++)
        {
            var place = _order switch
            {
                RankOrder.Ascending => places[index],
                RankOrder.Descending => places[^(index + 1)],
                _ => index,
            };
            given.Add(new RankedRow(_rows[place].Row, ranks[place]));
        }

        _rows.Clear();
        _sizeBytes = 0;
        return given;
    }

    /// <inheritdoc/>
    public int Save(Span<byte> destination)
    {
        var writer = new SavedFieldWriter(destination);
        writer.Add(Version);
        writer.Add(_rowTime);
        writer.Add(_rows.Count);
        foreach (var (key, row) in _rows)
        {
            writer.Add(key.Length);
            writer.Add(row.Length);
            key.CopyTo(writer.Rest);
            writer.Advance(key.Length);
            row.CopyTo(writer.Rest);
            writer.Advance(row.Length);
        }

        return writer.Length;
    }

    /// <inheritdoc/>
    public bool TryLoad(ReadOnlySpan<byte> source)
    {
        _rows.Clear();
        _sizeBytes = 0;
        var reader = new SavedFieldReader(source);
        var isKnown = reader.Byte() == Version;
        _rowTime = reader.Long();
        var count = reader.Int();
        for (var index = 0; index < count && isKnown && !reader.IsDamaged; index++)
        {
            var (keyLength, rowLength) = (reader.Int(), reader.Int());
            var key = reader.Take(keyLength).ToArray();
            var row = reader.Take(rowLength).ToArray();
            _rows.Add((key, row));
            _sizeBytes += key.Length + row.Length;
        }

        if (isKnown && !reader.IsDamaged && reader.Rest.IsEmpty)
        {
            return true;
        }

        _rows.Clear();
        _sizeBytes = 0;
        return false;
    }

    /// <summary>By rank, and rows of the same rank as they came.</summary>
    private int Compare(int left, int right)
    {
        var order = _rows[left].Key.AsSpan().SequenceCompareTo(_rows[right].Key);
        order = _isDescending ? -order : order;
        return order != 0 ? order : left.CompareTo(right);
    }
}
