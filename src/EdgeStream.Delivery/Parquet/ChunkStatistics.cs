using System.Buffers.Binary;

namespace EdgeStream.Delivery;

/// <summary>The least and the greatest value of a column in a row group, as Parquet stores them.</summary>
/// <param name="NullCount">Rows without a value.</param>
/// <param name="Least">The least value in plain encoding, a text without its length; null where it is not told.</param>
/// <param name="Greatest">The greatest one.</param>
/// <remarks>Not told where there are no values, where a value is NaN, which has no place in the order, and where
/// either is a text of more than 64 bytes: bounds are exact.</remarks>
internal sealed record ChunkStatistics(long NullCount, byte[]? Least, byte[]? Greatest)
{
    private const int TextBytesMax = 64;

    /// <summary>Those of a column.</summary>
    public static ChunkStatistics Of(ColumnBuffer column)
    {
        var nulls = column.RowCount - column.ValueCount;
        if (column.ValueCount == 0)
        {
            return new ChunkStatistics(nulls, null, null);
        }

        return column.Column.Type switch
        {
            ColumnType.String or ColumnType.Bytes => OfTexts(column, nulls),
            ColumnType.Float or ColumnType.Double => OfReals(column, nulls),
            _ => OfWholes(column, nulls),
        };
    }

    private static ChunkStatistics OfWholes(ColumnBuffer column, int nulls)
    {
        var (least, greatest) = (long.MaxValue, long.MinValue);
        foreach (var number in column.Numbers)
        {
            least = Math.Min(least, number);
            greatest = Math.Max(greatest, number);
        }

        return new ChunkStatistics(nulls, BytesOf(column.Column, least), BytesOf(column.Column, greatest));
    }

    private static ChunkStatistics OfReals(ColumnBuffer column, int nulls)
    {
        var isShort = column.Column.Type == ColumnType.Float;
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var bits in column.Numbers)
        {
            var number = isShort
                ? BitConverter.Int32BitsToSingle((int)bits) : BitConverter.Int64BitsToDouble(bits);
            if (double.IsNaN(number))
            {
                return new ChunkStatistics(nulls, null, null);
            }

            least = number < least ? number : least;
            greatest = number > greatest ? number : greatest;
        }

        // Readers may take one zero for another: bounds hold both.
        least = least == 0 ? -0.0 : least;
        greatest = greatest == 0 ? 0.0 : greatest;
        return new ChunkStatistics(
            nulls, BytesOf(column.Column, BitsOf(least, isShort)), BytesOf(column.Column, BitsOf(greatest, isShort)));
    }

    private static long BitsOf(double number, bool isShort) =>
        isShort ? BitConverter.SingleToInt32Bits((float)number) : BitConverter.DoubleToInt64Bits(number);

    private static ChunkStatistics OfTexts(ColumnBuffer column, int nulls)
    {
        var (least, greatest) = (0, 0);
        for (var i = 1; i < column.ValueCount; i++)
        {
            var text = column.TextAt(i);
            if (text.SequenceCompareTo(column.TextAt(least)) < 0)
            {
                least = i;
            }
            else if (text.SequenceCompareTo(column.TextAt(greatest)) > 0)
            {
                greatest = i;
            }
        }

        var low = column.TextAt(least);
        var high = column.TextAt(greatest);
        return low.Length > TextBytesMax || high.Length > TextBytesMax
            ? new ChunkStatistics(nulls, null, null)
            : new ChunkStatistics(nulls, low.ToArray(), high.ToArray());
    }

    private static byte[] BytesOf(ParquetColumn column, long bits)
    {
        if (column.Type == ColumnType.Boolean)
        {
            return [(byte)bits];
        }

        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bits);
        return bytes[..column.NumberBytes];
    }
}
