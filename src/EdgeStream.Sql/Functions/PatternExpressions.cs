using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeStream.Sql;

/// <summary>Whether a text matches a regular expression; NULL where matching had to be given up.</summary>
internal sealed class MatchExpression(Expression operand, Regex pattern) : Expression(SqlType.Boolean)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        if (text.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        try
        {
            return SqlValue.Of(pattern.IsMatch(row.Scratch.Decode(text.Text)));
        }
        catch (RegexMatchTimeoutException)
        {
            return SqlValue.Null;
        }
    }
}

/// <summary>The first part of a text that matches a regular expression; NULL where none does.</summary>
internal sealed class MatchedPartExpression(Expression operand, Regex pattern) : Expression(SqlType.Text)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        if (text.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        var scratch = row.Scratch;
        var characters = scratch.Decode(text.Text);
        try
        {
            foreach (var match in pattern.EnumerateMatches(characters))
            {
                var start = scratch.Length;
                scratch.Encode(characters.Slice(match.Index, match.Length));
                return SqlValue.Of(scratch.Since(start));
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // Given up: as if nothing had matched.
        }

        return SqlValue.Null;
    }
}

/// <summary>The first group of a regular expression that matches a text; NULL where it does not.</summary>
internal sealed class MatchedGroupExpression(Expression operand, Regex pattern) : Expression(SqlType.Text)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        if (text.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        try
        {
            // A match with groups is an object of the framework: this form of SUBSTRING allocates.
            var match = pattern.Match(Encoding.UTF8.GetString(text.Text));
            var start = row.Scratch.Length;
            if (match.Success)
            {
                row.Scratch.Encode(match.Groups[1].ValueSpan);
            }

            return match.Success ? SqlValue.Of(row.Scratch.Since(start)) : SqlValue.Null;
        }
        catch (RegexMatchTimeoutException)
        {
            return SqlValue.Null;
        }
    }
}

/// <summary>REGEX_REPLACE: the matches of a regular expression from a position on, or the n-th of them, give way to a
/// text.</summary>
/// <remarks>A replacement that names groups (<c>$1</c>) allocates; any other does not.</remarks>
internal sealed class RegexReplaceExpression(
    Expression operand, Regex pattern, string replacement, Expression from, Expression occurrence)
    : Expression(SqlType.Text)
{
    private readonly bool _isPlain = !replacement.AsSpan().ContainsAny('$', '\\');

    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        var first = from.Evaluate(in row);
        var which = occurrence.Evaluate(in row);
        if (text.Type != SqlType.Text || !Texts.TryInteger(in first, out var start)
            || !Texts.TryInteger(in which, out var wanted) || start < 1 || wanted < 0)
        {
            return SqlValue.Null;
        }

        var begin = row.Scratch.Length;
        try
        {
            var skipped = Characters.OffsetOf(text.Text, start - 1);
            if (skipped == text.Text.Length)
            {
                return text;
            }

            row.Scratch.Append(text.Text[..skipped]);
            Replace(row.Scratch.Decode(text.Text[skipped..]), wanted, row.Scratch);
            return SqlValue.Of(row.Scratch.Since(begin));
        }
        catch (RegexMatchTimeoutException)
        {
            return SqlValue.Null;
        }
    }

    private void Replace(ReadOnlySpan<char> text, long wanted, Scratch scratch)
    {
        if (!_isPlain)
        {
            ReplaceGroups(text.ToString(), wanted, scratch);
            return;
        }

        var (done, seen) = (0, 0L);
        foreach (var match in pattern.EnumerateMatches(text))
        {
            if (wanted == 0 || ++seen == wanted)
            {
                scratch.Encode(text[done..match.Index]);
                scratch.Encode(replacement);
                done = match.Index + match.Length;
            }
        }

        scratch.Encode(text[done..]);
    }

    private void ReplaceGroups(string text, long wanted, Scratch scratch)
    {
        var seen = 0L;
        scratch.Encode(pattern.Replace(
            text, match => wanted == 0 || ++seen == wanted ? match.Result(Translated) : match.Value));
    }

    /// <summary>The replacement as the framework reads it: a backslash makes the character behind it plain.</summary>
    private string Translated
    {
        get
        {
            var builder = new StringBuilder();
            for (var index = 0; index < replacement.Length; index++)
            {
                var isPlain = replacement[index] == '\\' && index + 1 < replacement.Length;
                var c = replacement[isPlain ? ++index : index];
                builder.Append(isPlain && c == '$' ? "$$" : c.ToString(CultureInfo.InvariantCulture));
            }

            return builder.ToString();
        }
    }
}
