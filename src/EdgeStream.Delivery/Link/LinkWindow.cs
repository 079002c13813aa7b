using System.Globalization;

namespace EdgeStream.Delivery;

/// <summary>A time of some days of the week, by a clock on the wall: <c>22:00-06:00</c>,
/// <c>sat-sun 00:00-24:00</c>.</summary>
/// <remarks>A window whose end is not behind its begin ends on the next day; the days are those on which it begins. It
/// has its begin and not its end.</remarks>
/// <param name="Days">Bits: Sunday is 1, Saturday 64.</param>
/// <param name="BeginMinute">Minutes from midnight, 0 to 1,439.</param>
/// <param name="EndMinute">Minutes from midnight, 1 to 1,440.</param>
internal readonly record struct LinkWindow(int Days, int BeginMinute, int EndMinute)
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed =
        "is not a window such as 22:00-06:00, sat-sun 00:00-24:00 or mon,wed,fri 01:30-05:00";

    private const int EveryDay = 0x7F;
    private const int DayMinutes = 24 * 60;
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private int DurationMinutes => EndMinute > BeginMinute ? EndMinute - BeginMinute
        : EndMinute - BeginMinute + DayMinutes;

    /// <summary>Reads a window.</summary>
    public static bool TryParse(string text, out LinkWindow window)
    {
        window = default;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var days = EveryDay;
        if (parts.Length is 0 or > 2 || (parts.Length == 2 && !TryReadDays(parts[0], out days)))
        {
            return false;
        }

        var times = parts[^1].Split('-');
        if (times.Length != 2 || !TryReadTime(times[0], out var begin) || !TryReadTime(times[1], out var end)
            || begin == DayMinutes || end == begin)
        {
            return false;
        }

        window = new LinkWindow(days, begin, end == 0 ? DayMinutes : end);
        return true;
    }

    /// <summary>Whether a time on the wall is in it.</summary>
    public bool Contains(DateTime local)
    {
        var minute = (local.Hour * 60) + local.Minute;
        var today = (int)local.DayOfWeek;
        var yesterday = (today + 6) % 7;
        return (IsOf(today) && minute >= BeginMinute && minute < BeginMinute + DurationMinutes)
            || (IsOf(yesterday) && minute + DayMinutes < BeginMinute + DurationMinutes);
    }

    private bool IsOf(int day) => (Days & (1 << day)) != 0;

    private static bool TryReadDays(string text, out int days)
    {
        days = 0;
        foreach (var part in text.ToLowerInvariant().Split(','))
        {
            var ends = part.Split('-');
            var first = Array.IndexOf(DayNames, ends[0]);
            var last = Array.IndexOf(DayNames, ends[^1]);
            if (ends.Length > 2 || first < 0 || last < 0)
            {
                return false;
            }

            for (var day = first; ; day = (day + 1) % DayNames.Length)
            {
                days |= 1 << day;
                if (day == last)
                {
                    break;
                }
            }
        }

        return true;
    }

    private static bool TryReadTime(string text, out int minute)
    {
        minute = 0;
        if (text.Length != 5 || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes))
        {
            return false;
        }

        minute = (hours * 60) + minutes;
        return minutes < 60 && minute <= DayMinutes;
    }
}
