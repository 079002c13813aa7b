using System.Buffers.Binary;

namespace EdgeStream.Delivery;

/// <summary>Writes one Parquet file: flat columns, pages of version 1, a footer in Thrift's compact protocol.</summary>
/// <remarks>
/// <para>Source: github.com/apache/parquet-format. The same columns, rows and compression give the same bytes.</para>
/// <para>Use: of every column one value or null, then <see cref="EndRow"/>; at last <see cref="End"/>.</para>
/// <para>Memory: rows are held until they take 16 MiB or are a million; then they are written as a row group. Not
/// thread-safe.</para>
/// </remarks>
internal sealed class ParquetWriter : IDisposable
{
    /// <summary>A row group is written when its values take this.</summary>
    public const long GroupSizeBytes = 16L << 20;

    /// <summary>A row group has at most so many rows.</summary>
    public const int GroupRowsMax = 1 << 20;

    private readonly long _groupSizeBytes;
    private readonly PageWriter _pages;
    private readonly ChunkWriter _chunks;
    private readonly List<ParquetColumn> _columns = [];
    private readonly List<ColumnBuffer> _buffers = [];
    private readonly List<RowGroup> _groups = [];
    private int _rows;
    private long _rowBytes;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Where it goes; it is not closed.</param>
    /// <param name="compression">How pages are compressed.</param>
    /// <param name="groupSizeBytes">When a row group is written.</param>
    public ParquetWriter(Stream output, CompressionKind compression, long groupSizeBytes = GroupSizeBytes)
    {
        _groupSizeBytes = groupSizeBytes;
        _pages = new PageWriter(output, compression);
        _chunks = new ChunkWriter(_pages);
        _pages.Write(Magic);
    }

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<ParquetColumn> Columns => _columns;

    /// <summary>The columns' values; one is added to each for a row.</summary>
    public IReadOnlyList<ColumnBuffer> Buffers => _buffers;

    /// <summary>Whether a column can still be added: no row group is written.</summary>
    public bool TakesColumns => _groups.Count == 0;

    /// <summary>The memory that it holds, in bytes.</summary>
    public long CapacityBytes
    {
        get
        {
            var bytes = _pages.CapacityBytes + _chunks.CapacityBytes;
            foreach (var buffer in _buffers)
            {
                bytes += buffer.CapacityBytes;
            }

            return bytes;
        }
    }

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Adds a column, in which earlier rows have no value.</summary>
    /// <exception cref="InvalidOperationException">It is required, or comes too late.</exception>
    public void AddColumn(ParquetColumn column)
    {
        if (!TakesColumns || (column.IsRequired && _rows > 0))
        {
            throw new InvalidOperationException($"The column '{column.Name}' comes too late.");
        }

        var buffer = new ColumnBuffer(column);
        for (var row = 0; row < _rows; row++)
        {
            buffer.AddNull();
        }

        _columns.Add(column);
        _buffers.Add(buffer);
    }

    /// <summary>Ends a row, of which every column has got its value.</summary>
    /// <param name="sizeBytes">About what its values take.</param>
    public void EndRow(int sizeBytes)
    {
        _rows++;
        _rowBytes += sizeBytes;
        if (_rowBytes >= _groupSizeBytes || _rows == GroupRowsMax)
        {
            WriteGroup();
        }
    }

    /// <summary>Writes what is left, and the footer.</summary>
    public void End()
    {
        if (_rows > 0)
        {
            WriteGroup();
        }

        using var footer = new PooledBytes();
        ParquetFooter.Add(footer, _columns, _groups, _pages.Codec);
        BinaryPrimitives.WriteInt32LittleEndian(footer.Take(sizeof(int)), footer.Length - sizeof(int));
        footer.Add(Magic);
        _pages.Write(footer.Written);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            buffer.Dispose();
        }

        _chunks.Dispose();
        _pages.Dispose();
    }

    private void WriteGroup()
    {
        var offset = _pages.Position;
        var chunks = new List<ColumnChunk>(_buffers.Count);
        foreach (var buffer in _buffers)
        {
            chunks.Add(_chunks.Write(buffer));
            buffer.Clear();
        }

        _groups.Add(new RowGroup(offset, _rows, chunks));
        _rows = 0;
        _rowBytes = 0;
    }
}
