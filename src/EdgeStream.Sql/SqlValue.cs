namespace EdgeStream.Sql;

/// <summary>One value of one evaluation. Text and binaries point into the record, the expression or the row's scratch
/// buffer.</summary>
/// <remarks>Valid until the next evaluation on the same row, or until the record's bytes go away. Copying one is
/// copying 32 bytes; none allocates.</remarks>
public readonly ref struct SqlValue
{
    private readonly long _bits;
    private readonly SqlType _type;
    private readonly int _scale;

    private SqlValue(SqlType type, long bits, int scale, ReadOnlySpan<byte> text)
    {
        _type = type;
        _bits = bits;
        _scale = scale;
        Text = text;
    }

    /// <summary>What the value is; decides which of the other members has a meaning.</summary>
    public SqlType Type => _type;

    /// <summary>Whether the value is SQL NULL.</summary>
    public bool IsNull => _type == SqlType.Null;

    /// <summary>Whether the value is an integer, a decimal or a double.</summary>
    public bool IsNumeric => _type is SqlType.Double or SqlType.Integer or SqlType.Decimal;

    /// <summary>The value of a <see cref="SqlType.Boolean"/>; false for every other type.</summary>
    public bool Boolean => _type == SqlType.Boolean && _bits != 0;

    /// <summary>A number of any kind as the nearest double; for the other types <see cref="Integer"/> as one.</summary>
    public double Number => _type switch
    {
        SqlType.Double => BitConverter.Int64BitsToDouble(_bits),
        SqlType.Decimal => _bits / PowersOfTen.AsDouble(_scale),
        _ => _bits,
    };

    /// <summary>The value of an integer; the microseconds of a timestamp, a time or an interval; the days of a date;
    /// the months of a span of months; a decimal's digits without their point; a double's bits.</summary>
    public long Integer => _bits;

    /// <summary>How many of a decimal's digits stand behind the point, 0 to 18; 0 for every other type.</summary>
    public int Scale => _scale;

    /// <summary>The UTF-8 bytes of a text, or the bytes of a binary; empty for every other type.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>SQL NULL.</summary>
    public static SqlValue Null => default;

    /// <summary>TRUE or FALSE.</summary>
    public static SqlValue Of(bool value) => new(SqlType.Boolean, value ? 1 : 0, 0, default);

    /// <summary>A double; NULL when it is infinite or not a number, as after a division by zero.</summary>
    public static SqlValue Of(double value) =>
        double.IsFinite(value) ? new(SqlType.Double, BitConverter.DoubleToInt64Bits(value), 0, default) : default;

    /// <summary>Text over bytes that the caller keeps alive and unchanged.</summary>
    public static SqlValue Of(ReadOnlySpan<byte> utf8) => new(SqlType.Text, 0, 0, utf8);

    /// <summary>An exact integer.</summary>
    public static SqlValue OfInteger(long value) => new(SqlType.Integer, value, 0, default);

    /// <summary>An exact number: the digits, and how many of them stand behind the point (0 to 18).</summary>
    public static SqlValue OfDecimal(long digits, int scale) => new(SqlType.Decimal, digits, scale, default);

    /// <summary>A time in microseconds since the epoch.</summary>
    public static SqlValue OfTimestamp(long unixMicroseconds) =>
        new(SqlType.Timestamp, unixMicroseconds, 0, default);

    /// <summary>A day, counted from 1970-01-01.</summary>
    public static SqlValue OfDate(long unixDays) => new(SqlType.Date, unixDays, 0, default);

    /// <summary>A time of day in microseconds since midnight.</summary>
    public static SqlValue OfTime(long microseconds) => new(SqlType.Time, microseconds, 0, default);

    /// <summary>A span in microseconds.</summary>
    public static SqlValue OfInterval(long microseconds) => new(SqlType.Interval, microseconds, 0, default);

    /// <summary>A span in months.</summary>
    public static SqlValue OfMonths(long months) => new(SqlType.Months, months, 0, default);

    /// <summary>Bytes that the caller keeps alive and unchanged.</summary>
    public static SqlValue OfBinary(ReadOnlySpan<byte> bytes) => new(SqlType.Binary, 0, 0, bytes);

    /// <summary>A value of any type but text and binaries from what <see cref="Type"/>, <see cref="Integer"/> and
    /// <see cref="Scale"/> gave.</summary>
    public static SqlValue OfParts(SqlType type, long integer, int scale) => new(type, integer, scale, default);
}
