using System.Buffers.Text;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>Turns JSON values into cells; the bytes of texts are added to the row's.</summary>
internal static class CellReader
{
    private const long LargestExact = 1L << 53;
    private const long SecondMicroseconds = 1_000_000;
    private const long MillisecondMicroseconds = 1_000;

    // The years 2000 to 2100: as seconds, milliseconds and microseconds since 1970 they do not overlap.
    private const long EarliestSeconds = 946_684_800;
    private const long LatestSeconds = 4_102_444_800;

    /// <summary>The cell of a value.</summary>
    /// <param name="reader">Stands on the value, of an object or array at its end.</param>
    /// <param name="isContainer">Whether it is an object or array.</param>
    /// <param name="json">The value's JSON text.</param>
    /// <param name="type">What the column holds.</param>
    /// <param name="texts">Where the bytes of a text go.</param>
    public static Cell Read(
        ref Utf8JsonReader reader, bool isContainer, ReadOnlySpan<byte> json, ColumnType type, PooledBytes texts)
    {
        if (!isContainer && reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (type == ColumnType.String && (isContainer || reader.TokenType != JsonTokenType.String))
        {
            return TextOf(json, texts);
        }

        if (isContainer)
        {
            return new Cell { Kind = CellKind.Unfit };
        }

        long? number = type switch
        {
            ColumnType.String => null,
            ColumnType.Bytes => null,
            ColumnType.Boolean => reader.TokenType switch
            {
                JsonTokenType.True => 1,
                JsonTokenType.False => 0,
                _ => null,
            },
            ColumnType.Int32 => Whole(ref reader) is >= int.MinValue and <= int.MaxValue and var small ? small : null,
            ColumnType.Int64 => Whole(ref reader),
            ColumnType.Float or ColumnType.Double => Real(ref reader, type == ColumnType.Float),
            _ => Time(ref reader) is { } time ? TimeOf(time, type) : null,
        };
        return number is { } bits ? new Cell { Kind = CellKind.Number, Number = bits }
            : type == ColumnType.String ? Unescaped(ref reader, texts)
            : type == ColumnType.Bytes ? Decoded(ref reader, texts)
            : new Cell { Kind = CellKind.Unfit };
    }

    /// <summary>The cell of bytes as they are.</summary>
    public static Cell TextOf(ReadOnlySpan<byte> bytes, PooledBytes texts)
    {
        var start = texts.Length;
        texts.Add(bytes);
        return new Cell { Kind = CellKind.Text, Start = start, Length = bytes.Length };
    }

    /// <summary>A time in the unit of its column; of one before 1970 the earlier millisecond.</summary>
    public static long TimeOf(Timestamp time, ColumnType type) => type == ColumnType.TimestampMillis
        ? (time.UnixMicroseconds - (((time.UnixMicroseconds % MillisecondMicroseconds) + MillisecondMicroseconds)
            % MillisecondMicroseconds)) / MillisecondMicroseconds
        : time.UnixMicroseconds;

    private static long? Whole(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            return null;
        }

        if (reader.TryGetInt64(out var number))
        {
            return number;
        }

        // 20.0 and 2e1 are whole, too; beyond 2^53 nobody knows.
        return reader.TryGetDouble(out var real) && Math.Abs(real) <= LargestExact && Math.Floor(real) == real
            ? (long)real : null;
    }

    private static long? Real(ref Utf8JsonReader reader, bool isShort)
    {
        double number;
        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("NaN"u8))
            {
                number = double.NaN;
            }
            else if (reader.ValueTextEquals("Infinity"u8))
            {
                number = double.PositiveInfinity;
            }
            else if (reader.ValueTextEquals("-Infinity"u8))
            {
                number = double.NegativeInfinity;
            }
            else
            {
                return null;
            }
        }
        else if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out number)
            || !double.IsFinite(isShort ? (float)number : number))
        {
            return null;
        }

        return isShort ? BitConverter.SingleToInt32Bits((float)number) : BitConverter.DoubleToInt64Bits(number);
    }

    private static Timestamp? Time(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            // A time without a zone may be hours off: it is none.
            return !reader.ValueIsEscaped && reader.TryGetDateTime(out var time)
                && time.Kind != DateTimeKind.Unspecified && reader.TryGetDateTimeOffset(out var zoned)
                    ? Timestamp.From(zoned) : null;
        }

        return reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number) ? number switch
        {
            >= EarliestSeconds and <= LatestSeconds => new Timestamp((long)(number * SecondMicroseconds)),
            >= EarliestSeconds * 1_000 and <= LatestSeconds * 1_000 =>
                new Timestamp((long)(number * MillisecondMicroseconds)),
            >= EarliestSeconds * SecondMicroseconds and <= LatestSeconds * SecondMicroseconds =>
                new Timestamp((long)number),
            _ => null,
        }
        : null;
    }

    private static Cell Unescaped(ref Utf8JsonReader reader, PooledBytes texts)
    {
        if (!reader.ValueIsEscaped)
        {
            return TextOf(reader.ValueSpan, texts);
        }

        var start = texts.Length;
        var length = reader.CopyString(texts.Take(reader.ValueSpan.Length));
        texts.Cut(start + length);
        return new Cell { Kind = CellKind.Text, Start = start, Length = length };
    }

    private static Cell Decoded(ref Utf8JsonReader reader, PooledBytes texts)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return new Cell { Kind = CellKind.Unfit };
        }

        var text = Unescaped(ref reader, texts);
        var status = Base64.DecodeFromUtf8InPlace(texts.At(text.Start, text.Length), out var length);
        texts.Cut(text.Start + length);
        return status == System.Buffers.OperationStatus.Done
            ? new Cell { Kind = CellKind.Text, Start = text.Start, Length = length }
            : new Cell { Kind = CellKind.Unfit };
    }
}
