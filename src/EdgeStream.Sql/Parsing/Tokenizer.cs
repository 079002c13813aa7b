using System.Globalization;
using System.Text;

namespace EdgeStream.Sql;

/// <summary>Splits a text into tokens: SQL's quoting rules, where a doubled quote stands for one quote.</summary>
internal ref struct Tokenizer(string text)
{
    private int _offset;

    public static List<Token> Read(string text)
    {
        var tokenizer = new Tokenizer(text);
        var tokens = new List<Token>();
        do
        {
            tokens.Add(tokenizer.Next());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        SkipBlanks();
        if (_offset == text.Length)
        {
            return new Token(TokenKind.End, _offset, 1, "");
        }

        var first = text[_offset];
        if (first is 'u' or 'U' && Peek(1) == '&' && Peek(2) == '\'')
        {
            return UnicodeText();
        }

        if (IsNameStart(first))
        {
            return Name();
        }

        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number();
        }

        return first switch
        {
            '\'' => Quoted('\'', TokenKind.Text, "text"),
            '"' => Quoted('"', TokenKind.QuotedIdentifier, "name"),
            _ => Symbol(first),
        };
    }

    /// <summary>Skips white space, <c>-- the rest of a line</c> and <c>/* any text */</c>.</summary>
    private void SkipBlanks()
    {
        while (_offset < text.Length)
        {
            if (char.IsWhiteSpace(text[_offset]))
            {
                _offset++;
            }
            else if (text[_offset] == '-' && Peek(1) == '-')
            {
                var end = text.IndexOf('\n', _offset);
                _offset = end < 0 ? text.Length : end;
            }
            else if (text[_offset] == '/' && Peek(1) == '*')
            {
                var end = text.IndexOf("*/", _offset + 2, StringComparison.Ordinal);
                _offset = end >= 0
                    ? end + 2
                    : throw SqlErrors.At(text, new Token(TokenKind.End, _offset, 2, ""), "A comment has no end",
                        null, "Close it with */.");
            }
            else
            {
                return;
            }
        }
    }

    private readonly char Peek(int distance) => _offset + distance < text.Length ? text[_offset + distance] : '\0';

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private Token Name()
    {
        var start = _offset;
        while (_offset < text.Length && (char.IsLetterOrDigit(text[_offset]) || text[_offset] is '_' or '$'))
        {
            _offset++;
        }

        return new Token(TokenKind.Identifier, start, _offset - start, text[start.._offset]);
    }

    private Token Number()
    {
        var start = _offset;
        SkipDigits();
        if (Peek(0) == '.')
        {
            _offset++;
            SkipDigits();
        }

        if (Peek(0) is 'e' or 'E')
        {
            var digits = Peek(1) is '+' or '-' ? 2 : 1;
            if (char.IsAsciiDigit(Peek(digits)))
            {
                _offset += digits;
                SkipDigits();
            }
        }

        var number = new Token(TokenKind.Number, start, _offset - start, text[start.._offset]);
        return IsNameStart(Peek(0))
            ? throw SqlErrors.At(text, number, "A number runs into a name", $"After {number.Value} comes '{Peek(0)}'.",
                "Put the name into double quotes if a member is called that, or a space between the two.")
            : number;
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0)))
        {
            _offset++;
        }
    }

    private Token Quoted(char quote, TokenKind kind, string what)
    {
        var start = _offset++;
        var value = new StringBuilder();
        while (_offset < text.Length)
        {
            var c = text[_offset++];
            if (c != quote)
            {
                value.Append(c);
            }
            else if (Peek(0) == quote)
            {
                value.Append(quote);
                _offset++;
            }
            else
            {
                return new Token(kind, start, _offset - start, value.ToString());
            }
        }

        throw SqlErrors.At(text, new Token(kind, start, text.Length - start, ""), $"A quoted {what} has no end",
            $"It starts with {quote} and the expression ends before the next one.", $"Close it with {quote}.");
    }

    /// <summary>Reads <c>U&amp;'\0009'</c>: text in which a backslash and four hexadecimal digits, or <c>\+</c> and
    /// six, stand for a character.</summary>
    private Token UnicodeText()
    {
        var start = _offset;
        _offset += 2;
        var quoted = Quoted('\'', TokenKind.Text, "text");
        var escape = EscapeBehind();
        var token = quoted with { Offset = start, Length = _offset - start };
        var builder = new StringBuilder();
        for (var index = 0; index < quoted.Value.Length;)
        {
            if (quoted.Value[index] != escape)
            {
                builder.Append(quoted.Value[index++]);
                continue;
            }

            if (!TryTakeCharacter(quoted.Value, escape, ref index, builder))
            {
                throw SqlErrors.At(text, token, "A Unicode escape cannot be read", null,
                    $"Write {escape}0009 or {escape}+01F600, and {escape}{escape} for one {escape}.");
            }
        }

        return token with { Value = builder.ToString() };
    }

    /// <summary>The character of <c>UESCAPE 'c'</c>, if that follows; else a backslash.</summary>
    private char EscapeBehind()
    {
        var behind = _offset;
        SkipBlanks();
        if (_offset == text.Length || !IsNameStart(text[_offset]) || !Name().Is("UESCAPE"))
        {
            _offset = behind;
            return '\\';
        }

        SkipBlanks();
        var start = _offset;
        var escape = Peek(0) == '\'' ? Quoted('\'', TokenKind.Text, "text").Value : "";
        return escape.Length == 1 && !char.IsAsciiHexDigit(escape[0]) && !char.IsWhiteSpace(escape[0])
            && escape[0] is not ('+' or '\'' or '"')
                ? escape[0]
                : throw SqlErrors.At(text, new Token(TokenKind.Text, start, Math.Max(1, _offset - start), ""),
                    "UESCAPE takes one character", "It is no digit of a hexadecimal number, no sign and no blank.",
                    "Write UESCAPE '!'.");
    }

    private static bool TryTakeCharacter(string value, char escape, ref int index, StringBuilder builder)
    {
        if (index + 1 < value.Length && value[index + 1] == escape)
        {
            builder.Append(escape);
            index += 2;
            return true;
        }

        var isLong = index + 1 < value.Length && value[index + 1] == '+';
        var (start, count) = isLong ? (index + 2, 6) : (index + 1, 4);
        if (start + count > value.Length
            || !int.TryParse(
                value.AsSpan(start, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || !Rune.IsValid(code))
        {
            return false;
        }

        builder.Append(new Rune(code));
        index = start + count;
        return true;
    }

    private Token Symbol(char first)
    {
        var (kind, length) = (first, Peek(1)) switch
        {
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('<', '>') or ('!', '=') => (TokenKind.NotEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('|', '|') => (TokenKind.Concatenate, 2),
            (';', _) => (TokenKind.Semicolon, 1),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('=', _) => (TokenKind.Equal, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Star, 1),
            ('/', _) => (TokenKind.Slash, 1),
            ('%', _) => (TokenKind.Percent, 1),
            (',', _) => (TokenKind.Comma, 1),
            ('.', _) => (TokenKind.Dot, 1),
            ('(', _) => (TokenKind.Open, 1),
            (')', _) => (TokenKind.Close, 1),
            _ => throw SqlErrors.At(text, new Token(TokenKind.End, _offset, 1, ""), "A character has no meaning here",
                $"Found '{first}'.", "Text goes into 'single quotes', unusual member names into \"double quotes\"."),
        };
        _offset += length;
        return new Token(kind, _offset - length, length, text.Substring(_offset - length, length));
    }
}
