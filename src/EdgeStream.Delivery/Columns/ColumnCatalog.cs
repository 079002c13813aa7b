using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>The columns that a delivery has discovered, in the order of their discovery; a column's type never changes.
/// </summary>
/// <remarks>Thread-safe: the shards of a delivery share it. Durability: what is found is durable after
/// <see cref="SaveAsync"/>. Kept as <see cref="ColumnLayout"/> has it, under <c>columns/parquet</c> of the delivery's
/// ledger.</remarks>
internal sealed class ColumnCatalog(StateStore state, DeliveryDefinition definition)
{
    private readonly string _key = $"{definition.LedgerPrefix}columns/parquet";
    private readonly Lock _gate = new();
    private List<LayoutColumn>? _columns;
    private int _textBytes;
    private int _savedCount;
    private long _unfitValues;

    /// <summary>Values in delivered objects that did not fit their columns and were left out, since the start.
    /// </summary>
    public long UnfitValues => Interlocked.Read(ref _unfitValues);

    /// <summary>Counts such values.</summary>
    public void CountUnfit(long count) => Interlocked.Add(ref _unfitValues, count);

    /// <summary>All columns, the record's own first.</summary>
    /// <exception cref="InvalidDataException">The state holds something else.</exception>
    public List<LayoutColumn> All()
    {
        lock (_gate)
        {
            return [.. Load()];
        }
    }

    /// <summary>The column of a path; null where there is no room for another.</summary>
    /// <param name="names">The names that lead to it.</param>
    /// <param name="type">What it holds if it is new.</param>
    public LayoutColumn? GetOrAdd(IReadOnlyList<string> names, ColumnType type)
    {
        lock (_gate)
        {
            var columns = Load();
            var path = ColumnPath.TextOf(names);
            foreach (var column in columns)
            {
                if (column.Path == path)
                {
                    return column;
                }
            }

            var name = UnusedName(columns, string.Join('.', names));
            var size = Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(path) + 32;
            if (columns.Count == ColumnLayout.CountMax || _textBytes + size > ColumnLayout.TextBytesMax
                || Encoding.UTF8.GetByteCount(name) > ColumnDefinition.NameBytesMax || path.Any(char.IsControl))
            {
                return null;
            }

            _textBytes += size;
            var added = new LayoutColumn(name, type, IsRequired: false, null, path);
            columns.Add(added);
            return added;
        }
    }

    /// <summary>Makes what was found durable.</summary>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public async ValueTask SaveAsync()
    {
        string text;
        int count;
        lock (_gate)
        {
            var columns = Load();
            count = columns.Count;
            if (count == _savedCount)
            {
                return;
            }

            text = ColumnLayout.TextOf(new ColumnLayout([.. columns], HasHeader: false, IsOpen: true));
        }

        await state.CommitAsync(new StateBatch().Put(_key, Encoding.UTF8.GetBytes(text)));
        lock (_gate)
        {
            _savedCount = Math.Max(_savedCount, count);
        }
    }

    /// <summary>Names that differ in upper and lower case alone are one to many readers.</summary>
    private static string UnusedName(List<LayoutColumn> columns, string name)
    {
        var unused = name;
        for (var i = 2; columns.Exists(
            column => column.Name.Equals(unused, StringComparison.OrdinalIgnoreCase)); i++)
        {
            unused = $"{name}_{i}";
        }

        return unused;
    }

    private List<LayoutColumn> Load()
    {
        if (_columns is null)
        {
            var layout = state.TryGet(_key, out var bytes)
                ? ColumnLayout.Read(Encoding.UTF8.GetString(bytes.Span)) : ColumnLayout.Of(definition);
            _columns = [.. layout?.Columns ?? []];
            _textBytes = Encoding.UTF8.GetByteCount(ColumnLayout.TextOf(layout));
            _savedCount = bytes.IsEmpty ? 0 : _columns.Count;
        }

        return _columns;
    }
}
