using System.Globalization;
using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Values as a person reads them.</summary>
internal static class RowText
{
    public static void Append(StringBuilder builder, scoped in SqlValue value)
    {
        switch (value.Type)
        {
            case SqlType.Null:
                builder.Append("NULL");
                break;
            case SqlType.Boolean:
                builder.Append(value.Boolean ? "TRUE" : "FALSE");
                break;
            case SqlType.Integer:
                builder.Append(CultureInfo.InvariantCulture, $"{value.Integer}");
                break;
            case SqlType.Double or SqlType.Decimal:
                builder.Append(value.Type == SqlType.Double
                    ? value.Number.ToString("R", CultureInfo.InvariantCulture)
                    : DecimalOf(value.Integer, value.Scale).ToString(CultureInfo.InvariantCulture));
                break;
            case SqlType.Text:
                builder.Append(Encoding.UTF8.GetString(value.Text));
                break;
            case SqlType.Binary:
                builder.Append(Convert.ToHexString(value.Text));
                break;
            case SqlType.Months:
                builder.Append(CultureInfo.InvariantCulture, $"{value.Integer / 12}-{Math.Abs(value.Integer % 12)}");
                break;
            default:
                Span<byte> text = stackalloc byte[TimeLengthMax];
                builder.Append(Encoding.ASCII.GetString(text[..FormatTime(value.Type, value.Integer, text)]));
                break;
        }
    }

    /// <summary>Bytes that a date, time, timestamp or span takes at most.</summary>
    public const int TimeLengthMax = 40;

    /// <summary>Writes a date, time, timestamp or span as SQL writes it; the bytes that it takes.</summary>
    public static int FormatTime(SqlType type, long value, Span<byte> output)
    {
        var culture = CultureInfo.InvariantCulture;
        int length;
        _ = type switch
        {
            SqlType.Date => TimestampOf(value * (TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond))
                .TryFormat(output, out length, "yyyy-MM-dd", culture),
            SqlType.Time => TimestampOf(value).TryFormat(output, out length, "HH:mm:ss.FFFFFF", culture),
            SqlType.Interval => TimeSpan.FromTicks(value * TimeSpan.TicksPerMicrosecond)
                .TryFormat(output, out length, "c", culture),
            _ => TimestampOf(value).TryFormat(
                output, out length, value % 1000 == 0 ? "yyyy-MM-dd HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss.ffffff",
                culture),
        };
        return length;
    }

    /// <summary>A decimal of its digits.</summary>
    public static decimal DecimalOf(long digits, int scale)
    {
        var magnitude = (ulong)(digits < 0 ? -(Int128)digits : digits);
        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, digits < 0, (byte)scale);
    }

    /// <summary>Times outside the years 1 to 9999 are the nearest inside.</summary>
    private static DateTime TimestampOf(long unixMicroseconds) => DateTime.UnixEpoch.AddTicks(
        Math.Clamp(
            unixMicroseconds,
            (DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
            (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)
        * TimeSpan.TicksPerMicrosecond);
}
