using System.Text;
using System.Text.RegularExpressions;

namespace EdgeStream.Sql;

/// <summary>Makes regular expressions that a record can never hold up for long.</summary>
/// <remarks>Where the pattern allows it the matching is linear in the text; patterns with look-around or references to
/// groups are given up after <see cref="MatchMillisecondsMax"/>.</remarks>
internal static class Patterns
{
    public const int MatchMillisecondsMax = 50;

    private const int LengthMax = 1000;

    /// <summary>A regular expression; null where the pattern is none, and then why.</summary>
    public static Regex? TryCreate(string pattern, out string? reason)
    {
        const RegexOptions Common = RegexOptions.CultureInvariant;
        reason = pattern.Length > LengthMax
            ? $"It has {pattern.Length} characters, at most {LengthMax} are read." : null;
        if (reason is not null)
        {
            return null;
        }

        var timeout = TimeSpan.FromMilliseconds(MatchMillisecondsMax);
        try
        {
            return new Regex(pattern, Common | RegexOptions.NonBacktracking, timeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Common, timeout);
        }
        catch (ArgumentException e)
        {
            reason = e.Message;
            return null;
        }
    }

    /// <summary>The regular expression of a SIMILAR TO pattern: <c>%</c> and <c>_</c> as in LIKE, and
    /// <c>| * + ? {n,m} ( ) [ ]</c>.</summary>
    public static string FromSimilar(string pattern, char? escape)
    {
        var builder = new StringBuilder("\\A(?:");
        AppendSimilar(builder, pattern, escape);
        return builder.Append(")\\z").ToString();
    }

    /// <summary>The regular expression of <c>before#"wanted#"after</c>, with # as the escape character; null where the
    /// pattern has not these three parts.</summary>
    public static string? FromParts(string pattern, char escape)
    {
        var parts = pattern.Split($"{escape}\"");
        if (parts.Length != 3)
        {
            return null;
        }

        var builder = new StringBuilder("\\A(?:");
        AppendSimilar(builder, parts[0], escape);
        builder.Append(")(");
        AppendSimilar(builder, parts[1], escape);
        builder.Append(")(?:");
        AppendSimilar(builder, parts[2], escape);
        return builder.Append(")\\z").ToString();
    }

    private static void AppendSimilar(StringBuilder builder, string pattern, char? escape)
    {
        var isInClass = false;
        for (var index = 0; index < pattern.Length; index++)
        {
            var c = pattern[index];
            if (c == escape && index + 1 < pattern.Length)
            {
                builder.Append(Regex.Escape(pattern[++index].ToString()));
            }
            else if (isInClass || c == '[')
            {
                index = AppendClass(builder, pattern, index, ref isInClass);
            }
            else
            {
                builder.Append(c switch
                {
                    '%' => "[\\s\\S]*",
                    '_' => "[\\s\\S]",
                    '|' or '*' or '+' or '?' or '{' or '}' or '(' or ')' => c.ToString(),
                    _ => Regex.Escape(c.ToString()),
                });
            }
        }
    }

    /// <summary>A character of a class, or a name such as <c>[:DIGIT:]</c> in one; where reading goes on.</summary>
    private static int AppendClass(StringBuilder builder, string pattern, int index, ref bool isInClass)
    {
        (string Name, string Class)[] names =
        [
            ("[:ALPHA:]", "\\p{L}"), ("[:UPPER:]", "\\p{Lu}"), ("[:LOWER:]", "\\p{Ll}"), ("[:DIGIT:]", "0-9"),
            ("[:ALNUM:]", "\\p{L}0-9"), ("[:SPACE:]", " "), ("[:WHITESPACE:]", "\\s"),
        ];
        foreach (var (name, characters) in names)
        {
            if (isInClass && pattern.AsSpan(index).StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                builder.Append(characters);
                return index + name.Length - 1;
            }
        }

        var c = pattern[index];
        if (c == '\\' || (isInClass && c == '['))
        {
            builder.Append('\\');
        }

        builder.Append(c);
        isInClass = !isInClass ? c == '[' : c != ']';
        return index;
    }
}
