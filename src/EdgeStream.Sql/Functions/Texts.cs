using System.Text;

namespace EdgeStream.Sql;

/// <summary>The functions over text, which count positions in characters from 1. Binaries are taken where bytes make
/// sense.</summary>
internal static class Texts
{
    public static SqlValue Lower(scoped in SqlValue value, Scratch scratch) =>
        value.Type == SqlType.Text ? SqlValue.Of(scratch.ChangeCase(value.Text, toUpper: false)) : SqlValue.Null;

    public static SqlValue Upper(scoped in SqlValue value, Scratch scratch) =>
        value.Type == SqlType.Text ? SqlValue.Of(scratch.ChangeCase(value.Text, toUpper: true)) : SqlValue.Null;

    /// <summary>Every word that a space ends begins with an upper-case letter and goes on in lower case.</summary>
    public static SqlValue InitCap(scoped in SqlValue value, Scratch scratch)
    {
        if (value.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        var start = scratch.Length;
        var rest = value.Text;
        var isFirst = true;
        while (!rest.IsEmpty)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var consumed);
            var changed = isFirst ? Rune.ToUpperInvariant(rune) : Rune.ToLowerInvariant(rune);
            scratch.Advance(changed.EncodeToUtf8(scratch.Room(4)));
            isFirst = rune.Value == ' ';
            rest = rest[consumed..];
        }

        return SqlValue.Of(scratch.Since(start));
    }

    public static SqlValue CharLength(scoped in SqlValue value, Scratch scratch) => value.Type switch
    {
        SqlType.Text => SqlValue.OfInteger(Characters.Count(value.Text)),
        SqlType.Binary => SqlValue.OfInteger(value.Text.Length),
        _ => SqlValue.Null,
    };

    public static SqlValue Concatenate(scoped in SqlValue first, scoped in SqlValue second, Scratch scratch)
    {
        if (first.Type != SqlType.Text || second.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        var start = scratch.Length;
        scratch.Append(first.Text);
        scratch.Append(second.Text);
        return SqlValue.Of(scratch.Since(start));
    }

    public static SqlValue Substring(scoped in SqlValue value, scoped in SqlValue from, Scratch scratch) =>
        TryInteger(in from, out var start) ? Slice(in value, start, long.MaxValue) : SqlValue.Null;

    /// <summary>What lies before the first character counts as part of the length: <c>FROM -1 FOR 4</c> is two
    /// characters.</summary>
    public static SqlValue Substring(
        scoped in SqlValue value, scoped in SqlValue from, scoped in SqlValue length, Scratch scratch)
    {
        if (!TryInteger(in from, out var start) || !TryInteger(in length, out var count) || count < 0)
        {
            return SqlValue.Null;
        }

        var end = Int128.Min((Int128)start + count, long.MaxValue);
        return Slice(in value, start, (long)end);
    }

    /// <summary>Where a text stands in another, from 1; 0 where it does not.</summary>
    public static SqlValue Position(scoped in SqlValue wanted, scoped in SqlValue text, Scratch scratch)
    {
        if (wanted.Type != SqlType.Text || text.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        var offset = text.Text.IndexOf(wanted.Text);
        return SqlValue.OfInteger(offset < 0 ? 0 : Characters.Count(text.Text[..offset]) + 1);
    }

    /// <summary>The same, from a position on.</summary>
    public static SqlValue PositionFrom(
        scoped in SqlValue wanted, scoped in SqlValue text, scoped in SqlValue from, Scratch scratch)
    {
        if (wanted.Type != SqlType.Text || text.Type != SqlType.Text
            || !TryInteger(in from, out var start) || start < 1)
        {
            return SqlValue.Null;
        }

        var skipped = Characters.OffsetOf(text.Text, start - 1);
        var offset = text.Text[skipped..].IndexOf(wanted.Text);
        return SqlValue.OfInteger(
            offset < 0 ? 0 : Characters.Count(text.Text[..(skipped + offset)]) + 1);
    }

    public static SqlValue Overlay(
        scoped in SqlValue value, scoped in SqlValue placed, scoped in SqlValue from, Scratch scratch) =>
        placed.Type == SqlType.Text && TryInteger(in from, out var start)
            ? Overlay(in value, in placed, start, Characters.Count(placed.Text), scratch) : SqlValue.Null;

    public static SqlValue Overlay(
        scoped in SqlValue value, scoped in SqlValue placed, scoped in SqlValue from, scoped in SqlValue length,
        Scratch scratch) =>
        placed.Type == SqlType.Text && TryInteger(in from, out var start) && TryInteger(in length, out var count)
            && count >= 0
            ? Overlay(in value, in placed, start, count, scratch) : SqlValue.Null;

    public static SqlValue TrimLeading(scoped in SqlValue value, scoped in SqlValue unwanted, Scratch scratch) =>
        Trim(in value, in unwanted, atStart: true, atEnd: false);

    public static SqlValue TrimTrailing(scoped in SqlValue value, scoped in SqlValue unwanted, Scratch scratch) =>
        Trim(in value, in unwanted, atStart: false, atEnd: true);

    public static SqlValue TrimBoth(scoped in SqlValue value, scoped in SqlValue unwanted, Scratch scratch) =>
        Trim(in value, in unwanted, atStart: true, atEnd: true);

    /// <summary>A number as a position: its fraction is cut off.</summary>
    public static bool TryInteger(scoped in SqlValue value, out long integer)
    {
        integer = value.Type == SqlType.Integer ? value.Integer
            : value.IsNumeric ? (long)Math.Clamp(value.Number, -1e15, 1e15) : 0;
        return value.IsNumeric;
    }

    /// <summary>The characters from one position to before another, both from 1.</summary>
    private static SqlValue Slice(scoped in SqlValue value, long start, long end)
    {
        start = Math.Max(start, 1);
        end = Math.Max(end, start);
        if (value.Type == SqlType.Binary)
        {
            var first = (int)Math.Min(start - 1, value.Text.Length);
            return SqlValue.OfBinary(value.Text[first..(int)Math.Min(end - 1, value.Text.Length)]);
        }

        if (value.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        var rest = value.Text[Characters.OffsetOf(value.Text, start - 1)..];
        return SqlValue.Of(rest[..Characters.OffsetOf(rest, end - start)]);
    }

    /// <summary>A start before the first character puts so many characters of the placed text before the value, as the
    /// reference's examples do.</summary>
    private static SqlValue Overlay(
        scoped in SqlValue value, scoped in SqlValue placed, long start, long count, Scratch scratch)
    {
        if (value.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        var text = value.Text;
        var head = text[..Characters.OffsetOf(text, Math.Max(0, start - 1))];
        var skipped = Characters.OffsetOf(text, Math.Max(0, start - 1 + count));
        var begin = scratch.Length;
        scratch.Append(head);
        scratch.Append(placed.Text);
        scratch.Append(text[Math.Max(skipped, head.Length)..]);
        return SqlValue.Of(scratch.Since(begin));
    }

    private static SqlValue Trim(scoped in SqlValue value, scoped in SqlValue unwanted, bool atStart, bool atEnd)
    {
        if (value.Type != SqlType.Text || unwanted.Type != SqlType.Text || Characters.Count(unwanted.Text) != 1)
        {
            return SqlValue.Null;
        }

        var text = value.Text;
        var character = unwanted.Text;
        while (atStart && text.StartsWith(character))
        {
            text = text[character.Length..];
        }

        while (atEnd && text.EndsWith(character))
        {
            text = text[..^character.Length];
        }

        return SqlValue.Of(text);
    }
}
