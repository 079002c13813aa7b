using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Writes records as rows of <c>COPY</c>'s text format.</summary>
/// <remarks>PostgreSQL documentation, "COPY", "Text Format": tabs between columns, a line feed behind a row, <c>\N</c>
/// for null, control characters of that and backslashes escaped. Texts leave it to the server to read them as what the
/// column is. Not thread-safe.</remarks>
internal sealed class CopyEncoder(ColumnLayout layout, string stream, string shard) : IDisposable
{
    private const int NumberBytesMax = 32;
    private const int MicrosecondsPerMillisecond = 1000;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\\\t\n\r\b\f\v"u8);

    private readonly RowReader _reader = new(layout, stream, shard, null);

    /// <summary>Adds a record's row; says why where it has none.</summary>
    public string? Append(PooledBytes rows, DeliveredRecord record)
    {
        var key = System.Text.Encoding.UTF8.GetBytes(record.Key);
        var problem = _reader.Read(new StreamRecord
        {
            Sequence = new SequenceNumber(record.Sequence),
            SubSequence = record.SubSequence,
            ArrivalTime = TimeOf(record.ArrivalTime),
            EventTime = TimeOf(record.EventTime),
            PartitionKey = key,
            Data = record.Data.Span,
        });
        if (problem is not null)
        {
            return problem;
        }

        var start = rows.Length;
        for (var i = 0; i < _reader.Columns.Count; i++)
        {
            if (i > 0)
            {
                rows.Add((byte)'\t');
            }

            var (cell, column) = (_reader.Cells[i], _reader.Columns[i]);
            switch (cell.Kind)
            {
                case CellKind.Missing:
                    rows.Add("\\N"u8);
                    break;
                case CellKind.Number:
                    AddNumber(rows, cell.Number, column.Type);
                    break;
                case CellKind.Text when column.Type == ColumnType.Bytes:
                    AddBytes(rows, _reader.TextOf(cell));
                    break;
                case CellKind.Text:
                    AddText(rows, _reader.TextOf(cell));
                    break;
                default:
                    rows.Cut(start);
                    return $"The value of the column '{column.Name}' is no {ColumnWords.Of(column.Type)}.";
            }
        }

        rows.Add((byte)'\n');
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static Timestamp TimeOf(string text) => Timestamp.From(
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    private static void AddNumber(PooledBytes rows, long number, ColumnType type)
    {
        switch (type)
        {
            case ColumnType.Boolean:
                rows.Add(number != 0 ? (byte)'t' : (byte)'f');
                return;
            case ColumnType.TimestampMillis or ColumnType.TimestampMicros:
                AddTime(rows, type == ColumnType.TimestampMillis ? number * MicrosecondsPerMillisecond : number);
                return;
        }

        var start = rows.Length;
        var room = rows.Take(NumberBytesMax);
        var length = 0;
        _ = type switch
        {
            ColumnType.Float => Utf8Formatter.TryFormat(BitConverter.Int32BitsToSingle((int)number), room, out length),
            ColumnType.Double => Utf8Formatter.TryFormat(BitConverter.Int64BitsToDouble(number), room, out length),
            _ => Utf8Formatter.TryFormat(number, room, out length),
        };
        rows.Cut(start + length);
    }

    /// <summary>ISO 8601 to the microsecond.</summary>
    private static void AddTime(PooledBytes rows, long microseconds)
    {
        var time = new Timestamp(microseconds);
        WallTime.Write(time, rows.Take(WallTime.LengthBytes));
        rows.Cut(rows.Length - 1);
        var rest = (int)(WallTime.Clamp(time).UnixMicroseconds % MicrosecondsPerMillisecond);
        rest = rest < 0 ? rest + MicrosecondsPerMillisecond : rest;
        var digits = rows.Take(3);
        digits[0] = (byte)('0' + (rest / 100));
        digits[1] = (byte)('0' + (rest / 10 % 10));
        digits[2] = (byte)('0' + (rest % 10));
        rows.Add((byte)'Z');
    }

    private static void AddBytes(PooledBytes rows, ReadOnlySpan<byte> bytes)
    {
        rows.Add("\\\\x"u8);
        foreach (var value in bytes)
        {
            var digits = rows.Take(2);
            digits[0] = (byte)"0123456789abcdef"[value >> 4];
            digits[1] = (byte)"0123456789abcdef"[value & 15];
        }
    }

    private static void AddText(PooledBytes rows, ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOfAny(Escaped); at >= 0; at = text.IndexOfAny(Escaped))
        {
            rows.Add(text[..at]);
            rows.Add((byte)'\\');
            rows.Add(text[at] switch
            {
                (byte)'\t' => (byte)'t',
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                (byte)'\b' => (byte)'b',
                (byte)'\f' => (byte)'f',
                (byte)'\v' => (byte)'v',
                var other => other,
            });
            text = text[(at + 1)..];
        }

        rows.Add(text);
    }
}
