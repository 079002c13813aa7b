using System.Globalization;
using System.Text;

namespace EdgeStream.Sql;

/// <summary>Reads literals: numbers, text, TRUE, NULL, <c>DATE '2026-11-20'</c>, <c>INTERVAL '1:30' HOUR TO MINUTE</c>,
/// <c>X'0AFF'</c>.</summary>
internal sealed class LiteralParser(Parser parser)
{
    private static readonly string[] Timed = ["DATE", "TIME", "TIMESTAMP", "INTERVAL"];

    public static LiteralSyntax Text(Token token) =>
        new(token, new SqlDataType(SqlTypeName.VarChar), 0, 0, Encoding.UTF8.GetBytes(token.Value));

    /// <summary>A number: an integer without a point that fits into 64 bits, a decimal with a point and up to 18
    /// digits, and a double otherwise.</summary>
    public LiteralSyntax Number(Token? minus, Token token)
    {
        var digits = minus is null ? token.Value : "-" + token.Value;
        var start = minus is { } sign
            ? token with { Offset = sign.Offset, Length = token.Offset + token.Length - sign.Offset } : token;
        if (!token.Value.AsSpan().ContainsAny('.', 'e', 'E')
            && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            var name = integer == (int)integer ? SqlTypeName.Integer : SqlTypeName.BigInt;
            return new LiteralSyntax(start, new SqlDataType(name), integer, 0, []);
        }

        if (!token.Value.AsSpan().ContainsAny('e', 'E') && TryDecimal(start, digits) is { } exact)
        {
            return exact;
        }

        var number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            ? new LiteralSyntax(start, SqlType.Double, BitConverter.DoubleToInt64Bits(number), 0, [])
            : throw parser.Error(token, "A number is too large", "The largest is about 1.79e308.");
    }

    /// <summary>A literal that starts with a word; null where the word starts none.</summary>
    public LiteralSyntax? TryRead(Token token)
    {
        if (token.Is("TRUE") || token.Is("FALSE"))
        {
            return new LiteralSyntax(parser.Take(), SqlType.Boolean, token.Is("TRUE") ? 1 : 0, 0, []);
        }

        if (token.Is("NULL"))
        {
            return new LiteralSyntax(parser.Take(), SqlType.Null, 0, 0, []);
        }

        var isInterval = token.Is("INTERVAL");
        if (isInterval && parser.Next.Kind is TokenKind.Minus or TokenKind.Plus
            && parser.Ahead(2).Kind == TokenKind.Text && TypeParser.IsUnit(parser.Ahead(3)))
        {
            return Interval(isSigned: true);
        }

        if (!parser.IsNext(TokenKind.Text))
        {
            return null;
        }

        return isInterval ? Interval(isSigned: false)
            : token.Is("X") && parser.Next.Offset == token.Offset + 1 ? Binary()
            : Array.Exists(Timed, token.Is) ? Time()
            : null;
    }

    private static LiteralSyntax? TryDecimal(Token token, string digits)
    {
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var scale = point < 0 ? 0 : digits.Length - point - 1;
        var bare = digits.Replace(".", "", StringComparison.Ordinal);
        return scale <= SqlDataType.DecimalDigitsMax
            && bare.AsSpan().TrimStart('-').TrimStart('0').Length <= SqlDataType.DecimalDigitsMax
            && long.TryParse(bare, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? new LiteralSyntax(
                token,
                new SqlDataType(
                    SqlTypeName.Decimal,
                    Math.Clamp(bare.Length, Math.Max(1, scale), SqlDataType.DecimalDigitsMax), scale),
                value, scale, [])
            : null;
    }

    private LiteralSyntax Time()
    {
        var type = parser.Take();
        var token = parser.Take();
        var text = Encoding.UTF8.GetBytes(token.Value);
        if (type.Is("DATE"))
        {
            return TimeText.TryReadDate(text, out var days)
                ? new LiteralSyntax(token, SqlType.Date, days, 0, [])
                : throw parser.Error(token, "A date cannot be read", null, "Write it as DATE '2026-11-20'.");
        }

        if (type.Is("TIME"))
        {
            return TimeText.TryReadTime(text, out var time)
                ? new LiteralSyntax(token, SqlType.Time, time, 0, [])
                : throw parser.Error(token, "A time cannot be read", null, "Write it as TIME '14:30:00'.");
        }

        return TimeText.TryReadTimestamp(text, out var microseconds) || TryReadFreely(token.Value, out microseconds)
            ? new LiteralSyntax(token, SqlType.Timestamp, microseconds, 0, [])
            : throw parser.Error(token, "A timestamp cannot be read", null,
                "Write it as TIMESTAMP '2026-11-20 14:30:00'; it is UTC unless it ends with an offset such as +01:00.");
    }

    /// <summary>Times in other words that are clear all the same, such as <c>20 Nov 2026 14:30</c>.</summary>
    private static bool TryReadFreely(string text, out long unixMicroseconds)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var isRead = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time);
        unixMicroseconds = (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return isRead;
    }

    private LiteralSyntax Interval(bool isSigned)
    {
        parser.Take();
        var isNegative = isSigned && parser.Take().Kind == TokenKind.Minus;
        var token = parser.Expect(TokenKind.Text, "the interval in single quotes");
        var type = new TypeParser(parser).Qualifier();
        if (!IntervalText.TryRead(Encoding.UTF8.GetBytes(token.Value), type, out var value))
        {
            throw parser.Error(token, "An interval cannot be read", $"It is to be {type}.",
                "Write INTERVAL '90' SECOND, INTERVAL '1:30' MINUTE TO SECOND or INTERVAL '2 12' DAY TO HOUR.");
        }

        return new LiteralSyntax(token, type, isNegative ? -value : value, 0, []);
    }

    private LiteralSyntax Binary()
    {
        parser.Take();
        var token = parser.Take();
        try
        {
            return new LiteralSyntax(token, SqlType.Binary, 0, 0, Convert.FromHexString(token.Value));
        }
        catch (FormatException)
        {
            throw parser.Error(token, "A binary cannot be read", null, "Write two hexadecimal digits a byte: X'0AFF'.");
        }
    }
}
