using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeStream.Delivery;

/// <summary>Writes the values of a column as pages, in the encoding that takes the least room.</summary>
/// <remarks>Pages hold 20,480 rows or about 1 MiB of texts. Memory: a page, and a dictionary. Not thread-safe.
/// </remarks>
internal sealed class ChunkWriter(PageWriter pages) : IDisposable
{
    /// <summary>Parquet's PLAIN.</summary>
    public const int Plain = 0;

    /// <summary>Parquet's RLE, of levels.</summary>
    public const int Runs = 3;

    /// <summary>Parquet's DELTA_BINARY_PACKED.</summary>
    public const int Delta = 5;

    /// <summary>Parquet's RLE_DICTIONARY.</summary>
    public const int Dictionary = 8;

    private const int PageRows = 20 << 10;
    private const int PageTextBytes = 1 << 20;

    private readonly PooledBytes _page = new();
    private readonly ValueDictionary _dictionary = new();

    /// <summary>The memory that it holds, in bytes.</summary>
    public long CapacityBytes => _page.CapacityBytes + _dictionary.CapacityBytes;

    /// <summary>Writes a column.</summary>
    public ColumnChunk Write(ColumnBuffer column)
    {
        var start = pages.Position;
        var uncompressed = pages.UncompressedBytes;
        var encoding = ChooseEncoding(column);
        if (encoding == Dictionary)
        {
            WriteDictionary(column);
        }

        var dataOffset = pages.Position;
        var rows = PageRowsOf(column);
        var value = 0;
        for (var row = 0; row < column.RowCount; row += rows)
        {
            var count = Math.Min(rows, column.RowCount - row);
            var values = column.CountValues(row, count);
            _page.Cut(0);
            if (!column.Column.IsRequired)
            {
                AddLevels(column, row, count, values);
            }

            AddValues(column, value, values, encoding);
            pages.WriteData(_page.Written, count, encoding);
            value += values;
        }

        return new ColumnChunk(
            column.RowCount, encoding, encoding == Dictionary ? start : null, dataOffset, pages.Position - start,
            pages.UncompressedBytes - uncompressed, ChunkStatistics.Of(column));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _page.Dispose();
        _dictionary.Dispose();
    }

    private static int PageRowsOf(ColumnBuffer column)
    {
        if (!column.Column.HasBytes || column.Texts.Length <= PageTextBytes)
        {
            return PageRows;
        }

        var rows = (long)column.RowCount * PageTextBytes / column.Texts.Length;
        return (int)Math.Clamp(rows & ~7L, 8, PageRows);
    }

    private int ChooseEncoding(ColumnBuffer column)
    {
        if (column.ValueCount == 0 || column.Column.Type == ColumnType.Boolean)
        {
            return Plain;
        }

        long plain;
        long distinct = long.MaxValue;
        if (column.Column.HasBytes)
        {
            plain = column.Texts.Length + ((long)column.ValueCount * sizeof(int));
            if (_dictionary.TryBuild(column))
            {
                distinct = 0;
                foreach (var first in _dictionary.FirstTexts)
                {
                    distinct += column.TextAt(first).Length + sizeof(int);
                }
            }
        }
        else
        {
            plain = (long)column.ValueCount * column.Column.NumberBytes;
            distinct = _dictionary.TryBuild(column.Numbers)
                ? (long)_dictionary.Count * column.Column.NumberBytes : long.MaxValue;
        }

        var best = plain;
        var encoding = Plain;
        if (distinct < best && distinct + IndexBytes() < best)
        {
            best = distinct + IndexBytes();
            encoding = Dictionary;
        }

        return column.Column.IsWhole && DeltaEncoder.SizeBytes(column.Numbers, IsShort(column)) < best
            ? Delta : encoding;
    }

    /// <summary>About what the places of the values take: packed, or as runs of the same one.</summary>
    private long IndexBytes()
    {
        var width = WidthOf(_dictionary.Count);
        return Math.Min(
            BitPacking.SizeBytes(_dictionary.Indices.Length, width),
            (long)_dictionary.ChangeCount * (3 + ((width + 7) >> 3)));
    }

    private static int WidthOf(int count) => 32 - BitOperations.LeadingZeroCount((uint)Math.Max(0, count - 1));

    private static bool IsShort(ColumnBuffer column) => column.Column.Type == ColumnType.Int32;

    private void WriteDictionary(ColumnBuffer column)
    {
        _page.Cut(0);
        if (column.Column.HasBytes)
        {
            foreach (var first in _dictionary.FirstTexts)
            {
                AddText(column.TextAt(first));
            }
        }
        else
        {
            AddPlain(_dictionary.Numbers, column.Column.NumberBytes);
        }

        pages.WriteDictionary(_page.Written, _dictionary.Count);
    }

    /// <summary>Which rows of the page have a value: a length, and runs of bits.</summary>
    private void AddLevels(ColumnBuffer column, int row, int count, int values)
    {
        var start = _page.Length;
        _page.Take(sizeof(int));
        if (values == count)
        {
            _page.AddVarint((ulong)count << 1);
            _page.Add(1);
        }
        else
        {
            RunEncoder.AddBits(_page, column.Defined[(row >> 3)..], count);
        }

        BinaryPrimitives.WriteInt32LittleEndian(
            _page.At(start, sizeof(int)), _page.Length - start - sizeof(int));
    }

    private void AddValues(ColumnBuffer column, int first, int count, int encoding)
    {
        if (encoding == Dictionary)
        {
            var width = WidthOf(_dictionary.Count);
            _page.Add((byte)width);
            RunEncoder.Add(_page, _dictionary.Indices.Slice(first, count), width);
        }
        else if (encoding == Delta)
        {
            DeltaEncoder.Add(_page, column.Numbers.Slice(first, count), IsShort(column));
        }
        else if (column.Column.HasBytes)
        {
            for (var i = first; i < first + count; i++)
            {
                AddText(column.TextAt(i));
            }
        }
        else if (column.Column.Type == ColumnType.Boolean)
        {
            AddBooleans(column.Numbers.Slice(first, count));
        }
        else
        {
            AddPlain(column.Numbers.Slice(first, count), column.Column.NumberBytes);
        }
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_page.Take(sizeof(int)), text.Length);
        _page.Add(text);
    }

    private void AddPlain(ReadOnlySpan<long> numbers, int numberBytes)
    {
        var target = _page.Take(numbers.Length * numberBytes);
        if (numberBytes == sizeof(long) && BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(numbers).CopyTo(target);
            return;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (numberBytes == sizeof(long))
            {
                BinaryPrimitives.WriteInt64LittleEndian(target[(i * sizeof(long))..], numbers[i]);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(target[(i * sizeof(int))..], (int)numbers[i]);
            }
        }
    }

    private void AddBooleans(ReadOnlySpan<long> numbers)
    {
        var target = _page.Take((numbers.Length + 7) >> 3);
        target.Clear();
        for (var i = 0; i < numbers.Length; i++)
        {
            target[i >> 3] |= (byte)((numbers[i] & 1) << (i & 7));
        }
    }
}
