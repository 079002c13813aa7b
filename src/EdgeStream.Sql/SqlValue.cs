namespace EdgeStream.Sql;

/// <summary>One value of one evaluation. Text points into the record, the expression or the row's scratch
/// buffer.</summary>
/// <remarks>Valid until the next evaluation on the same <see cref="JsonColumns"/>, or until the record's bytes go
/// away.</remarks>
public readonly ref struct SqlValue
{
    private readonly double _number;

    private SqlValue(SqlType type, double number, ReadOnlySpan<byte> text)
    {
        Type = type;
        _number = number;
        Text = text;
    }

    /// <summary>What the value is; decides which of the other members has a meaning.</summary>
    public SqlType Type { get; }

    /// <summary>Whether the value is SQL NULL.</summary>
    public bool IsNull => Type == SqlType.Null;

    /// <summary>The value of a <see cref="SqlType.Boolean"/>; false for every other type.</summary>
    public bool Boolean => Type == SqlType.Boolean && _number != 0;

    /// <summary>The value of a <see cref="SqlType.Number"/>, or the microseconds of a
    /// <see cref="SqlType.Timestamp"/>.</summary>
    public double Number => _number;

    /// <summary>The UTF-8 bytes of a <see cref="SqlType.Text"/>; empty for every other type.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>SQL NULL.</summary>
    public static SqlValue Null => default;

    /// <summary>TRUE or FALSE.</summary>
    public static SqlValue Of(bool value) => new(SqlType.Boolean, value ? 1 : 0, default);

    /// <summary>A number; NULL when it is infinite or not a number, as after a division by zero.</summary>
    public static SqlValue Of(double value) => double.IsFinite(value) ? new(SqlType.Number, value, default) : default;

    /// <summary>Text over bytes that the caller keeps alive and unchanged.</summary>
    public static SqlValue Of(ReadOnlySpan<byte> utf8) => new(SqlType.Text, 0, utf8);

    /// <summary>A time in microseconds since the epoch; exact from 1684 to 2255.</summary>
    public static SqlValue OfTimestamp(long unixMicroseconds) => new(SqlType.Timestamp, unixMicroseconds, default);
}
