using System.Buffers.Text;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>Writes rows as comma-separated values (RFC 4180).</summary>
/// <remarks>A field with a comma, a quote or a line break stands in quotes, and so does an empty text: a field without
/// anything is a missing value. Not thread-safe: a line is valid until the next call.</remarks>
internal sealed class CsvEncoder(string delimiter) : IDisposable
{
    private const int NumberBytesMax = 20;

    private readonly byte[] _end = Encoding.UTF8.GetBytes(delimiter.Length == 0 ? "\n" : delimiter);
    private readonly PooledBytes _line = new();

    /// <summary>A row's line.</summary>
    public ReadOnlySpan<byte> Encode(RowReader row)
    {
        _line.Cut(0);
        var cells = row.Cells;
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                _line.Add((byte)',');
            }

            if (cells[i].Kind == CellKind.Text)
            {
                AddText(row.TextOf(cells[i]));
            }
            else if (cells[i].Kind == CellKind.Number)
            {
                AddNumber(cells[i].Number, row.Columns[i].Type);
            }
        }

        _line.Add(_end);
        return _line.Written;
    }

    /// <summary>The line of the columns' names.</summary>
    public byte[] Header(IReadOnlyList<LayoutColumn> columns)
    {
        _line.Cut(0);
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0)
            {
                _line.Add((byte)',');
            }

            AddText(Encoding.UTF8.GetBytes(columns[i].Name));
        }

        _line.Add(_end);
        return _line.Written.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    private void AddNumber(long number, ColumnType type)
    {
        if (type is ColumnType.TimestampMicros or ColumnType.TimestampMillis)
        {
            var time = new Timestamp(type == ColumnType.TimestampMillis ? number * 1_000 : number);
            WallTime.Write(time, _line.Take(WallTime.LengthBytes));
            return;
        }

        if (type == ColumnType.Boolean)
        {
            _line.Add(number == 0 ? "false"u8 : "true"u8);
            return;
        }

        var start = _line.Length;
        Utf8Formatter.TryFormat(number, _line.Take(NumberBytesMax), out var length);
        _line.Cut(start + length);
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text.IndexOfAny("\",\r\n"u8) < 0)
        {
            _line.Add(text);
            return;
        }

        _line.Add((byte)'"');
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            _line.Add(text[..(quote + 1)]);
            _line.Add((byte)'"');
            text = text[(quote + 1)..];
        }

        _line.Add(text);
        _line.Add((byte)'"');
    }
}
