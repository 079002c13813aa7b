using System.Buffers.Text;
using System.Text;

namespace EdgeStream.Sql;

/// <summary>What CAST makes of a value, and what a declared column makes of what is put into it. What does not fit is
/// NULL.</summary>
internal static class Casting
{
    /// <summary>Whether a value is what <see cref="To"/> would make of it, as is seen at once; false says
    /// nothing.</summary>
    public static bool IsAlready(scoped in SqlValue value, SqlDataType target) => target.Name switch
    {
        SqlTypeName.Double => value.Type == SqlType.Double,
        SqlTypeName.BigInt => value.Type == SqlType.Integer,
        SqlTypeName.Integer => value.Type == SqlType.Integer && value.Integer == (int)value.Integer,

        // No character takes less than a byte.
        SqlTypeName.VarChar => value.Type == SqlType.Text
            && (target.Precision == 0 || value.Text.Length <= target.Precision),
        SqlTypeName.Boolean => value.Type == SqlType.Boolean,
        SqlTypeName.Timestamp => value.Type == SqlType.Timestamp,
        _ => false,
    };

    /// <summary>Changes a value into a type.</summary>
    /// <param name="value">Any value; NULL stays NULL.</param>
    /// <param name="target">The type.</param>
    /// <param name="source">The value's declared type; it says how an interval is written.</param>
    /// <param name="rowtimeUnixMicroseconds">The day that a time of day becomes a timestamp of.</param>
    /// <param name="scratch">Where texts are made.</param>
    public static SqlValue To(
        scoped in SqlValue value, SqlDataType target, SqlDataType? source, long rowtimeUnixMicroseconds,
        Scratch scratch) => value.IsNull ? SqlValue.Null : target.Kind switch
        {
            SqlType.Boolean => ToBoolean(in value),
            SqlType.Integer => ToInteger(in value, target, source),
            SqlType.Decimal => ToDecimal(in value, target, source),
            SqlType.Double => ToDouble(in value, target, source),
            SqlType.Text => TextCasting.To(in value, target, source, scratch),
            SqlType.Binary => ToBinary(in value, target, scratch),
            SqlType.Date => ToDate(in value),
            SqlType.Time => ToTime(in value),
            SqlType.Timestamp => ToTimestamp(in value, rowtimeUnixMicroseconds),
            SqlType.Interval or SqlType.Months => ToInterval(in value, target),
            _ => SqlValue.Null,
        };

    /// <summary>The number that a text is: an integer, a decimal or a double, as it would be as a literal.</summary>
    public static SqlValue ReadNumber(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        if (Utf8Parser.TryParse(text, out long integer, out var used) && used == text.Length)
        {
            return SqlValue.OfInteger(integer);
        }

        return Utf8Parser.TryParse(text, out double number, out used) && used == text.Length
            ? SqlValue.Of(number)
            : SqlValue.Null;
    }

    /// <summary>The number that an interval is: how many of its shortest unit, whole ones in digits of which
    /// <paramref name="scale"/> stand behind the point.</summary>
    private static SqlValue CountOf(scoped in SqlValue span, SqlDataType? source, out int scale)
    {
        var type = source?.Kind == span.Type ? source.Value : SqlDataType.Of(span.Type);
        scale = type.To == TimeUnit.Second ? 6 : 0;
        return type.To == TimeUnit.Second
            ? SqlValue.OfDecimal(span.Integer, scale)
            : SqlValue.OfInteger(span.Integer / IntervalText.SizeOf(type.To));
    }

    /// <summary>The value as a number; NULL where it is none.</summary>
    private static SqlValue AsNumber(scoped in SqlValue value, SqlDataType? source) => value.Type switch
    {
        SqlType.Integer or SqlType.Decimal or SqlType.Double => value,
        SqlType.Text => ReadNumber(value.Text),
        SqlType.Interval or SqlType.Months => CountOf(in value, source, out _),
        _ => SqlValue.Null,
    };

    private static SqlValue ToBoolean(scoped in SqlValue value) => value.Type switch
    {
        SqlType.Boolean => value,
        SqlType.Text when Ascii.EqualsIgnoreCase(value.Text.Trim((byte)' '), "TRUE"u8) => SqlValue.Of(true),
        SqlType.Text when Ascii.EqualsIgnoreCase(value.Text.Trim((byte)' '), "FALSE"u8) => SqlValue.Of(false),
        _ => SqlValue.Null,
    };

    private static SqlValue ToInteger(scoped in SqlValue value, SqlDataType target, SqlDataType? source)
    {
        var number = AsNumber(in value, source);
        if (!TryTruncate(in number, out var integer))
        {
            return SqlValue.Null;
        }

        var fits = target.Name switch
        {
            SqlTypeName.TinyInt => integer == (sbyte)integer,
            SqlTypeName.SmallInt => integer == (short)integer,
            SqlTypeName.Integer => integer == (int)integer,
            _ => true,
        };
        return fits ? SqlValue.OfInteger(integer) : SqlValue.Null;
    }

    private static bool TryTruncate(scoped in SqlValue number, out long integer)
    {
        switch (number.Type)
        {
            case SqlType.Integer:
                integer = number.Integer;
                return true;
            case SqlType.Decimal:
                integer = number.Integer / PowersOfTen.AsInteger(number.Scale);
                return true;
            case SqlType.Double:
                var whole = Math.Truncate(number.Number);
                integer = Math.Abs(whole) < 9.2e18 ? (long)whole : 0;
                return Math.Abs(whole) < 9.2e18;
            default:
                integer = 0;
                return false;
        }
    }

    private static SqlValue ToDecimal(scoped in SqlValue value, SqlDataType target, SqlDataType? source)
    {
        var number = AsNumber(in value, source);
        Int128 digits;
        switch (number.Type)
        {
            case SqlType.Integer or SqlType.Decimal:
                digits = Decimals.Round(number.Integer, number.Scale, target.Scale);
                break;
            case SqlType.Double:
                var scaled = Math.Round(
                    number.Number * PowersOfTen.AsDouble(target.Scale), MidpointRounding.AwayFromZero);
                if (Math.Abs(scaled) >= 1e18)
                {
                    return SqlValue.Null;
                }

                digits = (long)scaled;
                break;
            default:
                return SqlValue.Null;
        }

        return Int128.Abs(digits) < PowersOfTen.AsInteger(Math.Min(target.Precision, PowersOfTen.ExponentMax))
            ? SqlValue.OfDecimal((long)digits, target.Scale)
            : SqlValue.Null;
    }

    private static SqlValue ToDouble(scoped in SqlValue value, SqlDataType target, SqlDataType? source)
    {
        var number = AsNumber(in value, source);
        return !number.IsNumeric ? SqlValue.Null
            : SqlValue.Of(target.Name == SqlTypeName.Real ? (float)number.Number : number.Number);
    }

    private static SqlValue ToBinary(scoped in SqlValue value, SqlDataType target, Scratch scratch)
    {
        if (value.Type is not (SqlType.Binary or SqlType.Text))
        {
            return SqlValue.Null;
        }

        var bytes = target.Precision > 0 && value.Text.Length > target.Precision
            ? value.Text[..target.Precision] : value.Text;
        if (target.Name != SqlTypeName.Binary || bytes.Length == target.Precision)
        {
            return SqlValue.OfBinary(bytes);
        }

        var start = scratch.Length;
        scratch.Append(bytes);
        scratch.Room(target.Precision - bytes.Length)[..(target.Precision - bytes.Length)].Clear();
        scratch.Advance(target.Precision - bytes.Length);
        return SqlValue.OfBinary(scratch.Since(start));
    }

    private static SqlValue ToDate(scoped in SqlValue value) => value.Type switch
    {
        SqlType.Date => value,
        SqlType.Timestamp when TimeMath.IsTimestamp(value.Integer) => SqlValue.OfDate(TimeMath.DayOf(value.Integer)),
        SqlType.Text when TimeText.TryReadDate(value.Text, out var days) => SqlValue.OfDate(days),
        SqlType.Text when TimeText.TryReadTimestamp(value.Text, out var time) => SqlValue.OfDate(TimeMath.DayOf(time)),
        _ => SqlValue.Null,
    };

    private static SqlValue ToTime(scoped in SqlValue value) => value.Type switch
    {
        SqlType.Time => value,
        SqlType.Timestamp => SqlValue.OfTime(TimeMath.TimeOf(value.Integer)),
        SqlType.Text when TimeText.TryReadTime(value.Text, out var time) => SqlValue.OfTime(time),
        _ => SqlValue.Null,
    };

    private static SqlValue ToTimestamp(scoped in SqlValue value, long rowtimeUnixMicroseconds) => value.Type switch
    {
        SqlType.Timestamp => value,
        SqlType.Date => SqlValue.OfTimestamp(value.Integer * TimeMath.MicrosecondsPerDay),
        SqlType.Time => SqlValue.OfTimestamp(
            rowtimeUnixMicroseconds - TimeMath.TimeOf(rowtimeUnixMicroseconds) + value.Integer),
        SqlType.Text when TimeText.TryReadTimestamp(value.Text, out var time) => SqlValue.OfTimestamp(time),
        _ => SqlValue.Null,
    };

    private static SqlValue ToInterval(scoped in SqlValue value, SqlDataType target)
    {
        if (value.Type == target.Kind)
        {
            var size = target.To == TimeUnit.Second ? 1 : IntervalText.SizeOf(target.To);
            return SqlValue.OfParts(value.Type, value.Integer / size * size, 0);
        }

        if (value.Type == SqlType.Text)
        {
            return IntervalText.TryRead(value.Text, target, out var span)
                ? SqlValue.OfParts(target.Kind, span, 0) : SqlValue.Null;
        }

        if (!value.IsNumeric)
        {
            return SqlValue.Null;
        }

        // A number is so many of the interval's shortest unit, the fraction of a second included.
        var count = Math.Round(value.Number * IntervalText.SizeOf(target.To));
        return Math.Abs(count) < long.MaxValue ? SqlValue.OfParts(target.Kind, (long)count, 0) : SqlValue.Null;
    }
}
