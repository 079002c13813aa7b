using System.Buffers.Text;

namespace EdgeStream.Sql;

/// <summary>Values as text: how each type is written, and what CHAR and VARCHAR of a length make of it.</summary>
internal static class TextCasting
{
    /// <summary>Changes a value into CHAR or VARCHAR.</summary>
    /// <remarks>Text that is longer than the type is cut off; anything else that is longer is NULL, because a number
    /// without its end is another number.</remarks>
    public static SqlValue To(scoped in SqlValue value, SqlDataType target, SqlDataType? source, Scratch scratch)
    {
        var text = value.Type == SqlType.Text ? value.Text : Write(in value, source, scratch);
        if (target.Precision == 0)
        {
            return SqlValue.Of(text);
        }

        var count = Characters.Count(text);
        if (count > target.Precision)
        {
            return value.Type == SqlType.Text
                ? SqlValue.Of(text[..Characters.OffsetOf(text, target.Precision)])
                : SqlValue.Null;
        }

        return target.Name == SqlTypeName.Char && count < target.Precision
            ? SqlValue.Of(Pad(text, target.Precision - count, scratch))
            : SqlValue.Of(text);
    }

    /// <summary>A value as text, in the scratch.</summary>
    public static ReadOnlySpan<byte> Write(scoped in SqlValue value, SqlDataType? source, Scratch scratch)
    {
        var start = scratch.Length;
        Append(in value, source, scratch);
        return scratch.Since(start);
    }

    /// <summary>Appends a value as text to the scratch; NULL is nothing.</summary>
    public static void Append(scoped in SqlValue value, SqlDataType? source, Scratch scratch)
    {
        var room = scratch.Room(IntervalText.LengthMax);
        switch (value.Type)
        {
            case SqlType.Boolean:
                scratch.Append(value.Boolean ? "TRUE"u8 : "FALSE"u8);
                break;
            case SqlType.Integer:
                Utf8Formatter.TryFormat(value.Integer, room, out var length);
                scratch.Advance(length);
                break;
            case SqlType.Double:
                Utf8Formatter.TryFormat(value.Number, room, out length);
                scratch.Advance(length);
                break;
            case SqlType.Decimal:
                scratch.Advance(WriteDecimal(value.Integer, value.Scale, room));
                break;
            case SqlType.Text:
                scratch.Append(value.Text);
                break;
            case SqlType.Binary:
                AppendBase64(value.Text, scratch);
                break;
            case SqlType.Date when TimeMath.IsDay(value.Integer):
                scratch.Advance(TimeText.WriteDate(value.Integer, room));
                break;
            case SqlType.Time:
                scratch.Advance(TimeText.WriteTime(value.Integer, room));
                break;
            case SqlType.Timestamp when TimeMath.IsTimestamp(value.Integer):
                scratch.Advance(TimeText.WriteTimestamp(value.Integer, room));
                break;
            case SqlType.Interval or SqlType.Months:
                var type = source?.Kind == value.Type ? source.Value : SqlDataType.Of(value.Type);
                scratch.Advance(IntervalText.Write(value.Integer, type, room));
                break;
        }
    }

    /// <summary>Writes a decimal with all its digits behind the point; how many bytes it has.</summary>
    public static int WriteDecimal(long digits, int scale, Span<byte> output)
    {
        if (scale == 0)
        {
            Utf8Formatter.TryFormat(digits, output, out var whole);
            return whole;
        }

        var length = 0;
        if (digits < 0)
        {
            output[length++] = (byte)'-';
        }

        var unit = (ulong)PowersOfTen.AsInteger(scale);
        var magnitude = (ulong)(digits < 0 ? -(Int128)digits : digits);
        Utf8Formatter.TryFormat(magnitude / unit, output[length..], out var written);
        length += written;
        output[length++] = (byte)'.';
        var rest = magnitude % unit;
        for (var index = scale - 1; index >= 0; index--)
        {
            output[length + index] = (byte)('0' + (rest % 10));
            rest /= 10;
        }

        return length + scale;
    }

    private static void AppendBase64(ReadOnlySpan<byte> bytes, Scratch scratch)
    {
        var room = scratch.Room(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, room, out _, out var written);
        scratch.Advance(written);
    }

    private static ReadOnlySpan<byte> Pad(ReadOnlySpan<byte> text, int count, Scratch scratch)
    {
        var start = scratch.Length;
        scratch.Append(text);
        scratch.Room(count)[..count].Fill((byte)' ');
        scratch.Advance(count);
        return scratch.Since(start);
    }
}

/// <summary>CAST.</summary>
internal sealed class CastExpression(Expression operand, SqlDataType target) : Expression(target)
{
    private readonly SqlDataType _target = target;
    private readonly SqlDataType? _source = operand.DataType;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return Casting.To(in value, _target, _source, row.RowtimeUnixMicroseconds, row.Scratch);
    }
}
