using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeStream.Sql;

/// <summary>Makes a regular expression of a pattern of FAST_REGEX_LOG_PARSE.</summary>
/// <remarks>
/// <para>The pattern is taken apart into searches where columns begin and end, each with what is of fixed length at
/// the beginning of the next; each takes as little as it can, and what it has taken stays (an atomic group). A column
/// may begin in one search and end in another: its two ends are groups of their own, an
/// odd number for the first and the even one behind it for the last.</para>
/// <para>Syntax: Amazon Kinesis Data Analytics SQL Reference, "FAST_REGEX_LOG_PARSER". Beyond it, <c>\d \w \s</c> and
/// <c>(?:</c> mean what they mean elsewhere; what it calls intersection is the character.</para>
/// </remarks>
internal sealed class FastPattern
{
    private const int LevelsMax = 50;
    private const int IntervalMax = 100;

    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        ["Digit"] = "[0-9]",
        ["Upper"] = "[A-Z]",
        ["Lower"] = "[a-z]",
        ["ASCII"] = @"[\u0000-\u007F]",
        ["Alpha"] = "[a-zA-Z]",
        ["Alnum"] = "[a-zA-Z0-9]",
        ["Punct"] = @"[!-/:-@\[-`{-~]",
        ["Blank"] = @"[ \t]",
        ["Space"] = @"[ \t\n\f\r\v]",
        ["Cntrl"] = @"[\u0000-\u001F\u007F]",
        ["XDigit"] = "[0-9a-fA-F]",
        ["Print"] = "[!-~]",
        ["Graph"] = "[!-~]",
    };

    private readonly string _pattern;
    private int _at;
    private int _groups;
    private int _level;

    private FastPattern(string pattern) => _pattern = pattern;

    private bool IsAtEnd => _at == _pattern.Length;

    private char Current => _pattern[_at];

    /// <summary>The regular expression; null where the pattern is none.</summary>
    public static string? TryConvert(string pattern, out string? problem)
    {
        try
        {
            var reader = new FastPattern(pattern);
            var terms = reader.ReadUnion();
            if (!reader.IsAtEnd)
            {
                throw new FormatException($"The ')' at {reader._at + 1} closes nothing.");
            }

            problem = null;
            return Join(terms);
        }
        catch (FormatException error)
        {
            problem = error.Message;
            return null;
        }
    }

    /// <summary>What a column's beginning or end parts is searched for one after the other.</summary>
    private static string Join(List<Term> terms)
    {
        var text = new StringBuilder(@"\A(?>");
        var isParted = false;
        foreach (var term in terms)
        {
            isParted |= term.IsMark;
            text.Append(isParted && !term.IsFixed ? ")(?>" : "").Append(term.Text);
            isParted &= term.IsFixed;
        }

        return text.Append(@"\z)").ToString();
    }

    /// <summary>One term where there are several alternatives.</summary>
    private List<Term> ReadUnion()
    {
        if (++_level > LevelsMax)
        {
            throw new FormatException($"It has more than {LevelsMax} levels of parentheses.");
        }

        var alternatives = new List<List<Term>> { ReadSequence() };
        while (!IsAtEnd && Current == '|')
        {
            _at++;
            alternatives.Add(ReadSequence());
        }

        _level--;
        return alternatives is [var only]
            ? only
            : [new Term($"(?:{string.Join('|', alternatives.Select(TextOf))})", IsFixed: false)];
    }

    private List<Term> ReadSequence()
    {
        var terms = new List<Term>();
        while (!IsAtEnd && Current is not ('|' or ')'))
        {
            var isGroup = Current == '(';
            var atom = isGroup ? ReadGroup() : [ReadAtom()];
            if (TryReadRepetition(out var least, out var most))
            {
                // Whoever writes a repetition for other parsers says that it is lazy, or possessive, which it is here.
                _at += !IsAtEnd && Current is '?' or '+' ? 1 : 0;
                AddRepeated(terms, atom, isGroup, least, most);
            }
            else
            {
                terms.AddRange(atom);
            }
        }

        return terms;
    }

    /// <summary>What comes for certain is of fixed length where one of it is; the rest is not.</summary>
    private static void AddRepeated(List<Term> terms, List<Term> atom, bool isGroup, int least, int? most)
    {
        var text = $"(?:{TextOf(atom)})";
        if (isGroup || !atom[0].IsFixed)
        {
            terms.Add(new Term($"{text}{RangeOf(least, most)}?", IsFixed: false));
            return;
        }

        if (least > 0)
        {
            terms.Add(new Term(least == 1 ? text : $"{text}{RangeOf(least, least)}", IsFixed: true));
        }

        if (most != least)
        {
            terms.Add(new Term($"{text}{RangeOf(0, most - least)}?", IsFixed: false));
        }
    }

    private List<Term> ReadGroup()
    {
        var open = _at++;
        var isColumn = !_pattern.AsSpan(_at).StartsWith("?:", StringComparison.Ordinal);
        _at += isColumn ? 0 : 2;
        var number = isColumn ? ++_groups : 0;
        var terms = ReadUnion();
        if (IsAtEnd)
        {
            throw new FormatException($"The '(' at {open + 1} is not closed.");
        }

        _at++;
        if (isColumn)
        {
            terms.Insert(0, MarkOf((2 * number) - 1));
            terms.Add(MarkOf(2 * number));
        }

        return terms;
    }

    private Term ReadAtom()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '.':
                return new Term(@"[\s\S]", IsFixed: true);
            case '@':
                return new Term(@"[\s\S]*?", IsFixed: false);
            case '#':
                return new Term("(?!)", IsFixed: true);
            case '"':
                return new Term(Regex.Escape(ReadTo('"', "quote")), IsFixed: true);
            case '[':
                return new Term(ReadClass(), IsFixed: true);
            case '<':
                return ReadNamed();
            case '\\' when !IsAtEnd:
                c = _pattern[_at++];
                return new Term(c is 'd' or 'D' or 'w' or 'W' or 's' or 'S' ? $"\\{c}" : EscapeOf(c), IsFixed: true);
            case '*' or '+' or '?':
                throw new FormatException($"There is nothing for the '{c}' at {_at} to repeat.");
            case '^' when _at == 1:
            case '$' when IsAtEnd:
                return new Term("", IsFixed: true);
            default:
                return new Term(EscapeOf(c), IsFixed: true);
        }
    }

    /// <summary>A class of characters; a '[' within it is a character, as no class is taken from another.</summary>
    private string ReadClass()
    {
        var open = _at;
        var text = new StringBuilder("[");
        if (!IsAtEnd && Current == '^')
        {
            text.Append('^');
            _at++;
        }

        for (; !IsAtEnd && (Current != ']' || text.Length == 1); _at++)
        {
            text.Append(Current is '[' or ']' ? "\\" : "").Append(Current);
            if (Current == '\\' && _at + 1 < _pattern.Length)
            {
                text.Append(_pattern[++_at]);
            }
        }

        if (IsAtEnd)
        {
            throw new FormatException($"The '[' at {open} is not closed.");
        }

        _at++;
        return text.Append(']').ToString();
    }

    /// <summary>What stands between angle brackets, or the bracket itself.</summary>
    private Term ReadNamed()
    {
        var close = _pattern.IndexOf('>', _at);
        var name = close < 0 ? "" : _pattern[_at..close];
        if (Named.TryGetValue(name, out var known))
        {
            _at = close + 1;
            return new Term(known, IsFixed: true);
        }

        if (name.Split('-') is [var first, var last]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var least)
            && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var most))
        {
            if (most < least || most - least >= IntervalMax)
            {
                throw new FormatException($"<{name}> is no interval of 1 to {IntervalMax} numbers.");
            }

            _at = close + 1;
            var numbers = Enumerable.Range(least, most - least + 1).Reverse();
            return new Term($"(?:0*(?:{string.Join('|', numbers)}))", IsFixed: false);
        }

        return name.Length > 0 && name.All(char.IsAsciiLetter)
            ? throw new FormatException($"<{name}> is no named pattern. Known: {string.Join(", ", Named.Keys)}.")
            : new Term(EscapeOf('<'), IsFixed: true);
    }

    private bool TryReadRepetition(out int least, out int? most)
    {
        (least, most) = (1, 1);
        var c = IsAtEnd ? '\0' : Current;
        if (c is '*' or '+' or '?')
        {
            _at++;
            (least, most) = (c == '+' ? 1 : 0, c == '?' ? 1 : null);
            return true;
        }

        var match = c == '{' ? Regex.Match(_pattern[_at..], @"\A\{(\d{1,4})(,(\d{0,4}))?\}") : Match.Empty;
        if (!match.Success)
        {
            return false;
        }

        _at += match.Length;
        least = NumberOf(match.Groups[1].Value);
        most = !match.Groups[2].Success ? least
            : match.Groups[3].Length > 0 ? NumberOf(match.Groups[3].Value) : null;
        return most is null || most >= least
            ? true : throw new FormatException($"{match.Value} goes from more to less.");
    }

    private string ReadTo(char end, string what)
    {
        var close = _pattern.IndexOf(end, _at);
        if (close < 0)
        {
            throw new FormatException($"The {what} at {_at} is not closed.");
        }

        var text = _pattern[_at..close];
        _at = close + 1;
        return text;
    }

    private static string RangeOf(int least, int? most) => (least, most) switch
    {
        (0, null) => "*",
        (1, null) => "+",
        (0, 1) => "?",
        _ => string.Create(CultureInfo.InvariantCulture, $"{{{least},{most}}}"),
    };

    private static int NumberOf(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static string EscapeOf(char c) => Regex.Escape(c.ToString());

    private static string TextOf(List<Term> terms) => string.Concat(terms.Select(term => term.Text));

    private static Term MarkOf(int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"(?<{number}>)"), IsFixed: true, IsMark: true);

    /// <summary>A piece of the regular expression.</summary>
    private readonly record struct Term(string Text, bool IsFixed, bool IsMark = false);
}
