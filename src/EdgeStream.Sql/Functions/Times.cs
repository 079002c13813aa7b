namespace EdgeStream.Sql;

/// <summary>The functions between timestamps and milliseconds since 1970-01-01.</summary>
internal static class Times
{
    private const long MillisecondsMax = long.MaxValue / TimeMath.MicrosecondsPerMillisecond;

    public static SqlValue UnixTimestamp(scoped in SqlValue value, Scratch scratch) =>
        TryMilliseconds(in value, out var milliseconds) ? SqlValue.OfInteger(milliseconds) : SqlValue.Null;

    public static SqlValue ToTimestamp(scoped in SqlValue value, Scratch scratch) =>
        value.IsNumeric && Texts.TryInteger(in value, out var milliseconds)
            && milliseconds is >= -MillisecondsMax and <= MillisecondsMax
            && TimeMath.IsTimestamp(milliseconds * TimeMath.MicrosecondsPerMillisecond)
            ? SqlValue.OfTimestamp(milliseconds * TimeMath.MicrosecondsPerMillisecond) : SqlValue.Null;

    /// <summary>The milliseconds from one time to another; each is a timestamp or milliseconds itself.</summary>
    public static SqlValue Difference(scoped in SqlValue start, scoped in SqlValue end, Scratch scratch)
    {
        if (!TryMilliseconds(in start, out var from) || !TryMilliseconds(in end, out var to))
        {
            return SqlValue.Null;
        }

        var difference = (Int128)to - from;
        return difference == (long)difference ? SqlValue.OfInteger((long)difference) : SqlValue.Null;
    }

    private static bool TryMilliseconds(scoped in SqlValue value, out long milliseconds)
    {
        milliseconds = value.Type switch
        {
            SqlType.Timestamp => TimeMath.FloorDivide(value.Integer, TimeMath.MicrosecondsPerMillisecond),
            SqlType.Date when TimeMath.IsDay(value.Integer) =>
                value.Integer * (TimeMath.MicrosecondsPerDay / TimeMath.MicrosecondsPerMillisecond),
            SqlType.Integer => value.Integer,
            _ => 0,
        };
        return value.Type is SqlType.Timestamp or SqlType.Date or SqlType.Integer;
    }
}
