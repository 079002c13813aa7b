namespace EdgeStream.Sql;

/// <summary>Days and times as SQL writes them: <c>2026-11-20</c>, <c>14:30:00</c>, <c>2026-11-20
/// 14:30:00.25</c>.</summary>
internal static class TimeText
{
    /// <summary>How many bytes the longest of them has.</summary>
    public const int LengthMax = 32;

    public static bool TryReadDate(ReadOnlySpan<byte> text, out long unixDays)
    {
        var reader = new ByteReader(text.Trim((byte)' '));
        return TryDate(ref reader, out unixDays) && reader.IsEnd;
    }

    public static bool TryReadTime(ReadOnlySpan<byte> text, out long microseconds)
    {
        var reader = new ByteReader(text.Trim((byte)' '));
        return TryTime(ref reader, out microseconds) && reader.IsEnd;
    }

    /// <summary>Reads a time with or without seconds, with a space or a T before it, in UTC unless an offset says
    /// otherwise; a day alone is its midnight.</summary>
    public static bool TryReadTimestamp(ReadOnlySpan<byte> text, out long unixMicroseconds)
    {
        unixMicroseconds = 0;
        var reader = new ByteReader(text.Trim((byte)' '));
        if (!TryDate(ref reader, out var days))
        {
            return false;
        }

        unixMicroseconds = days * TimeMath.MicrosecondsPerDay;
        if (reader.IsEnd)
        {
            return true;
        }

        if (!reader.TryTake('T'))
        {
            if (!reader.TryTake(' '))
            {
                return false;
            }

            reader.SkipSpaces();
        }

        if (!TryTime(ref reader, out var time))
        {
            return false;
        }

        unixMicroseconds += time;
        return TryOffset(ref reader, out var offset) && TimeMath.IsTimestamp(unixMicroseconds -= offset);
    }

    public static int WriteDate(long unixDays, Span<byte> output)
    {
        var date = TimeMath.DateOf(unixDays);
        Digits(output, date.Year, 4);
        output[4] = (byte)'-';
        Digits(output[5..], date.Month, 2);
        output[7] = (byte)'-';
        Digits(output[8..], date.Day, 2);
        return 10;
    }

    /// <summary>Hours, minutes and seconds, and three or six digits of a fraction where there is one.</summary>
    public static int WriteTime(long microseconds, Span<byte> output)
    {
        Digits(output, (int)(microseconds / TimeMath.MicrosecondsPerHour), 2);
        output[2] = (byte)':';
        Digits(output[3..], (int)(microseconds / TimeMath.MicrosecondsPerMinute % 60), 2);
        output[5] = (byte)':';
        Digits(output[6..], (int)(microseconds / TimeMath.MicrosecondsPerSecond % 60), 2);
        return 8 + WriteFraction((int)(microseconds % TimeMath.MicrosecondsPerSecond), output[8..]);
    }

    public static int WriteTimestamp(long unixMicroseconds, Span<byte> output)
    {
        WriteDate(TimeMath.DayOf(unixMicroseconds), output);
        output[10] = (byte)' ';
        return 11 + WriteTime(TimeMath.TimeOf(unixMicroseconds), output[11..]);
    }

    /// <summary>A point and three or six digits; nothing for nothing.</summary>
    public static int WriteFraction(int microseconds, Span<byte> output)
    {
        if (microseconds == 0)
        {
            return 0;
        }

        output[0] = (byte)'.';
        var isFine = microseconds % TimeMath.MicrosecondsPerMillisecond != 0;
        Digits(output[1..], isFine ? microseconds : microseconds / 1_000, isFine ? 6 : 3);
        return isFine ? 7 : 4;
    }

    /// <summary>A number with zeros before it.</summary>
    public static void Digits(Span<byte> output, int number, int count)
    {
        for (var index = count - 1; index >= 0; index--)
        {
            output[index] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }

    private static bool TryDate(scoped ref ByteReader reader, out long unixDays)
    {
        unixDays = 0;
        return reader.TryTakeNumber(4, 4, out var year) && reader.TryTake('-')
            && reader.TryTakeNumber(1, 2, out var month) && reader.TryTake('-')
            && reader.TryTakeNumber(1, 2, out var day)
            && TimeMath.TryDay((int)year, (int)month, (int)day, out unixDays);
    }

    private static bool TryTime(scoped ref ByteReader reader, out long microseconds)
    {
        microseconds = 0;
        if (!reader.TryTakeNumber(1, 2, out var hour) || !reader.TryTake(':')
            || !reader.TryTakeNumber(1, 2, out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        long second = 0, fraction = 0;
        if (reader.TryTake(':')
            && (!reader.TryTakeNumber(1, 2, out second) || second > 59
                || (reader.TryTake('.') && !reader.TryTakeFraction(out fraction))))
        {
            return false;
        }

        microseconds = (hour * TimeMath.MicrosecondsPerHour) + (minute * TimeMath.MicrosecondsPerMinute)
            + (second * TimeMath.MicrosecondsPerSecond) + fraction;
        return true;
    }

    /// <summary>Nothing, Z, or an offset such as +01:00, +0100 or +01.</summary>
    private static bool TryOffset(scoped ref ByteReader reader, out long microseconds)
    {
        microseconds = 0;
        reader.SkipSpaces();
        if (reader.IsEnd || reader.TryTake('Z'))
        {
            return reader.IsEnd;
        }

        var isNegative = reader.Peek == '-';
        if (!reader.TryTake('+') && !reader.TryTake('-'))
        {
            return false;
        }

        if (!reader.TryTakeNumber(2, 2, out var hours))
        {
            return false;
        }

        long minutes = 0;
        reader.TryTake(':');
        if (!reader.IsEnd && !reader.TryTakeNumber(2, 2, out minutes))
        {
            return false;
        }

        microseconds = (hours * TimeMath.MicrosecondsPerHour) + (minutes * TimeMath.MicrosecondsPerMinute);
        microseconds = isNegative ? -microseconds : microseconds;
        return reader.IsEnd && hours <= 18 && minutes <= 59;
    }
}
