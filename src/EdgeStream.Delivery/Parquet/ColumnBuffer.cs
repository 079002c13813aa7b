using System.Numerics;

namespace EdgeStream.Delivery;

/// <summary>The values of one column in the row group that is being collected.</summary>
/// <remarks>
/// Numbers take 8 bytes each, texts their length and 4 bytes, and each row a bit that says whether it has a value.
/// Not thread-safe.
/// </remarks>
internal sealed class ColumnBuffer(ParquetColumn column) : IDisposable
{
    private readonly PooledBytes _defined = new();
    private readonly PooledBytes _values = new();
    private readonly PooledBytes _ends = new();

    /// <summary>What it is a column of.</summary>
    public ParquetColumn Column { get; } = column;

    /// <summary>Rows, those without a value included.</summary>
    public int RowCount { get; private set; }

    /// <summary>Rows with a value.</summary>
    public int ValueCount { get; private set; }

    /// <summary>What the values take, in bytes.</summary>
    public long SizeBytes => _values.Length + _ends.Length + _defined.Length;

    /// <summary>What their memory takes, in bytes.</summary>
    public long CapacityBytes => _values.CapacityBytes + _ends.CapacityBytes + _defined.CapacityBytes;

    /// <summary>The numbers, as the bits of what the type holds, without rows that have none.</summary>
    public ReadOnlySpan<long> Numbers => _values.Numbers;

    /// <summary>All texts, one after another.</summary>
    public ReadOnlySpan<byte> Texts => _values.Written;

    /// <summary>Where each text ends.</summary>
    public ReadOnlySpan<int> Ends => _ends.Integers;

    /// <summary>One bit a row, the lowest first: whether it has a value.</summary>
    public ReadOnlySpan<byte> Defined => _defined.Written;

    /// <summary>Adds a row without value.</summary>
    public void AddNull()
    {
        if ((RowCount++ & 7) == 0)
        {
            _defined.Add(0);
        }
    }

    /// <summary>Adds a number; <paramref name="bits"/> is the number itself, or the bits of a floating-point one.
    /// </summary>
    public void AddNumber(long bits)
    {
        Define();
        _values.AddNumber(bits);
    }

    /// <summary>Adds a text or bytes.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        Define();
        _values.Add(text);
        _ends.AddInteger(_values.Length);
    }

    /// <summary>One text.</summary>
    public ReadOnlySpan<byte> TextAt(int index)
    {
        var ends = Ends;
        var start = index == 0 ? 0 : ends[index - 1];
        return Texts[start..ends[index]];
    }

    /// <summary>How many rows of a range have a value.</summary>
    /// <param name="firstRow">A multiple of 8.</param>
    /// <param name="rowCount">How many rows.</param>
    public int CountValues(int firstRow, int rowCount)
    {
        if (ValueCount == RowCount)
        {
            return rowCount;
        }

        var count = 0;
        foreach (var bits in Defined.Slice(firstRow >> 3, (rowCount + 7) >> 3))
        {
            count += BitOperations.PopCount(bits);
        }

        return count;
    }

    /// <summary>Forgets the rows.</summary>
    public void Clear()
    {
        _defined.Cut(0);
        _values.Cut(0);
        _ends.Cut(0);
        RowCount = 0;
        ValueCount = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _defined.Dispose();
        _values.Dispose();
        _ends.Dispose();
    }

    private void Define()
    {
        var bit = (byte)(1 << (RowCount & 7));
        if (bit == 1)
        {
            _defined.Add(bit);
        }
        else
        {
            _defined.At(_defined.Length - 1, 1)[0] |= bit;
        }

        RowCount++;
        ValueCount++;
    }
}
