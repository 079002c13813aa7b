namespace EdgeStream.Sql;

/// <summary>Calendar arithmetic over microseconds and days since 1970-01-01, in the years 1 to 9999.</summary>
internal static class TimeMath
{
    public const long MicrosecondsPerMillisecond = 1_000;
    public const long MicrosecondsPerSecond = 1_000_000;
    public const long MicrosecondsPerMinute = 60 * MicrosecondsPerSecond;
    public const long MicrosecondsPerHour = 60 * MicrosecondsPerMinute;
    public const long MicrosecondsPerDay = 24 * MicrosecondsPerHour;

    /// <summary>0001-01-01 as days since 1970-01-01.</summary>
    public const int DaysMin = -719_162;

    /// <summary>9999-12-31 as days since 1970-01-01.</summary>
    public const int DaysMax = 2_932_896;

    private const int MonthsPerYear = 12;
    private const int MonthsMax = MonthsPerYear * 10_000;

    /// <summary>Whether a day lies in the years 1 to 9999.</summary>
    public static bool IsDay(long unixDays) => unixDays is >= DaysMin and <= DaysMax;

    /// <summary>Whether a time lies in the years 1 to 9999.</summary>
    public static bool IsTimestamp(long unixMicroseconds) => IsDay(DayOf(unixMicroseconds));

    /// <summary>The day that a time falls on.</summary>
    public static long DayOf(long unixMicroseconds) => FloorDivide(unixMicroseconds, MicrosecondsPerDay);

    /// <summary>The microseconds since midnight.</summary>
    public static long TimeOf(long unixMicroseconds) =>
        unixMicroseconds - (DayOf(unixMicroseconds) * MicrosecondsPerDay);

    public static DateOnly DateOf(long unixDays) => DateOnly.FromDayNumber((int)(unixDays - DaysMin));

    public static long DayOf(DateOnly date) => date.DayNumber + (long)DaysMin;

    /// <summary>The day of a calendar date; false where there is none, such as 30 February.</summary>
    public static bool TryDay(int year, int month, int day, out long unixDays)
    {
        unixDays = 0;
        if (year is < 1 or > 9999 || month is < 1 or > MonthsPerYear
            || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        unixDays = DayOf(new DateOnly(year, month, day));
        return true;
    }

    /// <summary>Goes so many months on; a day that the month does not have becomes its last. False outside the years 1
    /// to 9999.</summary>
    public static bool TryAddMonths(long unixDays, long months, out long result)
    {
        result = 0;
        if (!IsDay(unixDays) || months is < -MonthsMax or > MonthsMax)
        {
            return false;
        }

        var date = DateOf(unixDays);
        var month = ((long)date.Year * MonthsPerYear) + date.Month - 1 + months;
        var (year, inYear) = ((int)FloorDivide(month, MonthsPerYear), (int)(FloorRemainder(month, MonthsPerYear) + 1));
        return year is >= 1 and <= 9999
            && TryDay(year, inYear, Math.Min(date.Day, DateTime.DaysInMonth(year, inYear)), out result);
    }

    /// <summary>How many whole months lie between two times, towards zero.</summary>
    public static long MonthsBetween(long fromUnixMicroseconds, long toUnixMicroseconds)
    {
        var (from, to) = (DateOf(DayOf(fromUnixMicroseconds)), DateOf(DayOf(toUnixMicroseconds)));
        long months = ((to.Year - from.Year) * MonthsPerYear) + to.Month - from.Month;
        var inMonth = ((to.Day - from.Day) * MicrosecondsPerDay)
            + TimeOf(toUnixMicroseconds) - TimeOf(fromUnixMicroseconds);
        return months > 0 && inMonth < 0 ? months - 1 : months < 0 && inMonth > 0 ? months + 1 : months;
    }

    /// <summary>The first day of the day's year, month, or the day itself.</summary>
    public static long FloorDay(long unixDays, TimeUnit unit)
    {
        var date = DateOf(unixDays);
        return unit switch
        {
            TimeUnit.Year => unixDays - date.DayOfYear + 1,
            TimeUnit.Month => unixDays - date.Day + 1,
            _ => unixDays,
        };
    }

    /// <summary>How long a unit is; only days and what is shorter have one length.</summary>
    public static long LengthOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Day => MicrosecondsPerDay,
        TimeUnit.Hour => MicrosecondsPerHour,
        TimeUnit.Minute => MicrosecondsPerMinute,
        _ => MicrosecondsPerSecond,
    };

    public static long FloorDivide(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }

    public static long FloorRemainder(long value, long divisor)
    {
        var remainder = value % divisor;
        return remainder < 0 ? remainder + divisor : remainder;
    }
}
