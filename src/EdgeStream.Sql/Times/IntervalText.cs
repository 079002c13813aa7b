using System.Buffers.Text;

namespace EdgeStream.Sql;

/// <summary>Intervals as SQL writes them: <c>+1 02:03:04.5</c> for DAY TO SECOND, <c>+3-04</c> for YEAR TO
/// MONTH.</summary>
internal static class IntervalText
{
    /// <summary>How many bytes the longest has.</summary>
    public const int LengthMax = 48;

    private const int FirstDigitsMax = 12;
    private const int MonthsPerYear = 12;

    /// <summary>Reads an interval of a type: months for years and months, microseconds otherwise.</summary>
    /// <remarks>The first field may be any number, those behind it must fit: <c>'1:75' HOUR TO MINUTE</c> is
    /// none.</remarks>
    public static bool TryRead(ReadOnlySpan<byte> text, SqlDataType type, out long value)
    {
        value = 0;
        var reader = new ByteReader(text.Trim((byte)' '));
        var isNegative = reader.TryTake('-');
        if (!isNegative)
        {
            reader.TryTake('+');
        }

        reader.SkipSpaces();
        Int128 sum = 0;
        for (var unit = type.From; unit <= type.To; unit++)
        {
            if (unit != type.From && !TryTakeSeparator(ref reader, unit))
            {
                return false;
            }

            if (!reader.TryTakeNumber(1, unit == type.From ? FirstDigitsMax : 2, out var number)
                || (unit != type.From && number > LastOf(unit)))
            {
                return false;
            }

            sum += (Int128)number * SizeOf(unit);
        }

        if (type.To == TimeUnit.Second && reader.TryTake('.'))
        {
            if (!reader.TryTakeFraction(out var fraction))
            {
                return false;
            }

            sum += fraction;
        }

        sum = isNegative ? -sum : sum;
        value = (long)sum;
        return reader.IsEnd && sum == value;
    }

    /// <summary>Writes an interval with its sign; what is shorter than the type's last unit is left out.</summary>
    public static int Write(long value, SqlDataType type, Span<byte> output)
    {
        output[0] = value < 0 ? (byte)'-' : (byte)'+';
        var length = 1;
        var rest = value < 0 ? (UInt128)(-(Int128)value) : (UInt128)value;
        for (var unit = type.From; unit <= type.To; unit++)
        {
            var size = (UInt128)SizeOf(unit);
            var number = (ulong)(rest / size);
            rest %= size;
            if (unit == type.From)
            {
                Utf8Formatter.TryFormat(number, output[length..], out var written);
                length += written;
            }
            else
            {
                output[length++] = SeparatorBefore(unit);
                TimeText.Digits(output[length..], (int)number, 2);
                length += 2;
            }
        }

        return type.To == TimeUnit.Second ? length + TimeText.WriteFraction((int)rest, output[length..]) : length;
    }

    /// <summary>How much a unit counts: months for years and months, microseconds otherwise.</summary>
    public static long SizeOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Year => MonthsPerYear,
        TimeUnit.Month => 1,
        _ => TimeMath.LengthOf(unit),
    };

    private static bool TryTakeSeparator(scoped ref ByteReader reader, TimeUnit unit)
    {
        if (unit != TimeUnit.Hour)
        {
            return reader.TryTake((char)SeparatorBefore(unit));
        }

        var isTaken = reader.TryTake(' ');
        reader.SkipSpaces();
        return isTaken;
    }

    private static byte SeparatorBefore(TimeUnit unit) => unit switch
    {
        TimeUnit.Month => (byte)'-',
        TimeUnit.Hour => (byte)' ',
        _ => (byte)':',
    };

    private static int LastOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Month => 11,
        TimeUnit.Hour => 23,
        _ => 59,
    };
}
