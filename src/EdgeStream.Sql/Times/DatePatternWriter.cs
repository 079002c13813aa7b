using System.Buffers.Text;

namespace EdgeStream.Sql;

/// <summary>Writes a time by a pattern, in UTC.</summary>
internal static class DatePatternWriter
{
    public static void Append(long unixMicroseconds, DatePattern pattern, Scratch scratch)
    {
        var date = TimeMath.DateOf(TimeMath.DayOf(unixMicroseconds));
        var time = TimeMath.TimeOf(unixMicroseconds);
        for (var index = 0; index < pattern.Elements.Count; index++)
        {
            var element = pattern.Elements[index];
            var hour = (int)(time / TimeMath.MicrosecondsPerHour);
            switch (element.Letter)
            {
                case '\0':
                    scratch.Append(element.Literal);
                    break;
                case 'y':
                    Number(element.Count == 2 ? date.Year % 100 : date.Year, element.Count, scratch);
                    break;
                case 'M' when element.Count >= 3:
                    Name(DateNames.Months[date.Month - 1], element.Count, scratch);
                    break;
                case 'E':
                    Name(DateNames.Weekdays[(int)date.DayOfWeek], element.Count, scratch);
                    break;
                case 'a':
                    scratch.Append(DateNames.Halves[hour / 12]);
                    break;
                case 'z':
                    scratch.Append("UTC"u8);
                    break;
                case 'Z':
                    scratch.Append("+0000"u8);
                    break;
                case 'X':
                    scratch.Append("Z"u8);
                    break;
                default:
                    Number(FieldOf(element.Letter, date, hour, time), element.Count, scratch);
                    break;
            }
        }
    }

    private static int FieldOf(char letter, DateOnly date, int hour, long time) => letter switch
    {
        'M' => date.Month,
        'd' => date.Day,
        'D' => date.DayOfYear,
        'H' => hour,
        'k' => hour == 0 ? 24 : hour,
        'K' => hour % 12,
        'h' => hour % 12 == 0 ? 12 : hour % 12,
        'm' => (int)(time / TimeMath.MicrosecondsPerMinute % 60),
        's' => (int)(time / TimeMath.MicrosecondsPerSecond % 60),
        _ => (int)(time / TimeMath.MicrosecondsPerMillisecond % 1000),
    };

    private static void Name(ReadOnlySpan<byte> name, int count, Scratch scratch) =>
        scratch.Append(count > 3 ? name : name[..3]);

    /// <summary>A number with zeros before it up to a count of digits.</summary>
    private static void Number(int number, int count, Scratch scratch)
    {
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(number, digits, out var length);
        for (var missing = count - length; missing > 0; missing--)
        {
            scratch.Append("0"u8);
        }

        scratch.Append(digits[..length]);
    }
}
