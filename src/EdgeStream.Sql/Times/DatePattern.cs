using System.Text;

namespace EdgeStream.Sql;

/// <summary>A pattern of days and times in the letters of the reference: <c>yyyy-MM-dd HH:mm:ss.SSS</c>.</summary>
/// <remarks>
/// y year · M month, MMM and MMMM its name · d day · D day of the year · E weekday · a AM or PM · H hour 0–23 · k hour
/// 1–24 · K hour 0–11 · h hour 1–12 · m minute · s second · S millisecond · z Z X offset from UTC · text between single
/// quotes. Immutable.
/// </remarks>
internal sealed class DatePattern
{
    /// <summary>How many bytes one element writes at most.</summary>
    public const int ElementLengthMax = 64;

    private const string Letters = "yMdDEaHkKhmsSzZX";
    private const int ElementsMax = 64;

    private readonly List<Element> _elements = [];

    private DatePattern()
    {
    }

    internal IReadOnlyList<Element> Elements => _elements;

    /// <summary>Reads a pattern; null where it is none, and then why.</summary>
    public static DatePattern? TryParse(string text, out string? reason)
    {
        var pattern = new DatePattern();
        reason = null;
        for (var index = 0; index < text.Length && reason is null;)
        {
            var start = index;
            if (char.IsAsciiLetter(text[index]))
            {
                while (index < text.Length && text[index] == text[start])
                {
                    index++;
                }

                pattern._elements.Add(new Element(text[start], index - start, []));
                reason = Letters.Contains(text[start], StringComparison.Ordinal) ? null
                    : $"'{text[start]}' stands for nothing.";
            }
            else
            {
                var literal = text[index] == '\'' ? Quoted(text, ref index) : Plain(text, ref index);
                reason = literal is null ? "A quoted text has no end." : null;
                pattern._elements.Add(new Element('\0', 0, Encoding.UTF8.GetBytes(literal ?? "")));
            }
        }

        reason ??= pattern._elements.Count > ElementsMax ? $"It has more than {ElementsMax} parts." : null;
        reason ??= pattern._elements.Exists(element => element.Literal.Length > ElementLengthMax || element.Count > 9)
            ? "A part of it is too long." : null;
        return reason is null ? pattern : null;
    }

    private static string Plain(string text, ref int index)
    {
        var start = index;
        while (index < text.Length && !char.IsAsciiLetter(text[index]) && text[index] != '\'')
        {
            index++;
        }

        return text[start..index];
    }

    private static string? Quoted(string text, ref int index)
    {
        if (index + 1 < text.Length && text[index + 1] == '\'')
        {
            index += 2;
            return "'";
        }

        var end = text.IndexOf('\'', index + 1);
        var literal = end < 0 ? null : text[(index + 1)..end];
        index = end < 0 ? text.Length : end + 1;
        return literal;
    }

    /// <summary>A letter and how often it stands there, or a literal text behind the letter 0.</summary>
    internal readonly record struct Element(char Letter, int Count, byte[] Literal)
    {
        public bool IsNumber => Letter is not ('\0' or 'E' or 'a' or 'z' or 'Z' or 'X') && (Letter != 'M' || Count < 3);
    }
}
