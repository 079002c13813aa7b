using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>One typed row that its owner fills again and again. Who keeps a row copies it.</summary>
/// <remarks>Filling it allocates nothing once its text has the size of the longest row.</remarks>
internal sealed class RowBuffer(int columnCount)
{
    private const int InitialTextBytes = 128;

    private readonly Cell[] _cells = new Cell[columnCount];
    private byte[] _text = new byte[InitialTextBytes];
    private int _used;

    public int ColumnCount => _cells.Length;

    /// <summary>The row's ROWTIME in microseconds since 1970.</summary>
    public long Rowtime { get; set; }

    public ReadOnlySpan<Cell> Cells => _cells;

    public SqlValue this[int slot] => _cells[slot].Value;

    /// <summary>Begins a new row; every column must be set again.</summary>
    public void Begin(long rowtime)
    {
        Rowtime = rowtime;
        _used = 0;
    }

    public void SetNull(int slot) => _cells[slot].Type = SqlType.Null;

    /// <summary>Sets a column, copying the bytes of text.</summary>
    public void Set(int slot, scoped in SqlValue value)
    {
        ref var cell = ref _cells[slot];
        cell.Type = value.Type;
        cell.Integer = value.Integer;
        cell.Scale = value.Scale;
        if (value.Type is SqlType.Text or SqlType.Binary)
        {
            SetText(ref cell, value.Text);
        }
    }

    public void SetInteger(int slot, SqlType type, long value)
    {
        ref var cell = ref _cells[slot];
        cell.Type = type;
        cell.Integer = value;
        cell.Scale = 0;
    }

    /// <summary>Sets a column to one of another row; its text stays where it is, until that row begins anew.</summary>
    public void Share(int slot, in Cell cell) => _cells[slot] = cell;

    /// <summary>Takes the columns of another row into columns of this one, from a slot on; their text stays where it
    /// is, until that row begins anew.</summary>
    public void ShareFrom(RowBuffer other, int at = 0) => other._cells.CopyTo(_cells.AsSpan(at));

    /// <summary>Appends ROWTIME and the columns.</summary>
    public void Save(ByteBuffer output)
    {
        output.AppendInt64(Rowtime);
        foreach (ref readonly var cell in _cells.AsSpan())
        {
            output.AppendValue(cell.Value);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote; false if the bytes are no such row.</summary>
    public bool TryLoad(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        Begin(reader.ReadInt64());
        LoadColumns(ref reader, 0, ColumnCount);
        return !reader.IsBroken && reader.Rest.IsEmpty;
    }

    /// <summary>Reads some columns only; the row was begun before.</summary>
    public void LoadColumns(ref StateReader reader, int first, int count)
    {
        for (var slot = first; slot < first + count; slot++)
        {
            Set(slot, reader.ReadValue());
        }
    }

    private void SetText(ref Cell cell, ReadOnlySpan<byte> text)
    {
        if (_text.Length - _used < text.Length)
        {
            // Columns that are set already keep pointing into the old array.
            _text = new byte[Math.Max(_text.Length * 2, text.Length)];
            _used = 0;
        }

        text.CopyTo(_text.AsSpan(_used));
        cell.Bytes = _text;
        cell.Start = _used;
        cell.Length = text.Length;
        _used += text.Length;
    }
}
