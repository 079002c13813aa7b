using System.Globalization;

namespace EdgeStream.Sql;

/// <summary>A recursive-descent parser, one method a precedence level, loosest first: OR, AND, NOT, predicates, + -,
/// * / %.</summary>
/// <remarks>Bounds keep any text from exhausting the stack: text length, nesting of parentheses, depth of the
/// tree.</remarks>
internal sealed class Parser
{
    private const int TextLengthMax = 64 * 1024;
    private const int NestingMax = 100;
    private const int DepthMax = 500;

    private static readonly string[] ReservedWords =
        ["AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "BETWEEN", "ESCAPE", "TRUE", "FALSE"];

    private readonly string _text;
    private readonly List<Token> _tokens;
    private int _index;
    private int _nesting;

    private Parser(string text)
    {
        _text = text;
        _tokens = Tokenizer.Read(text);
    }

    private Token Current => _tokens[_index];

    public static Syntax Parse(string text)
    {
        var parser = Begin(text);
        var syntax = parser.Or();
        return parser.Current.Kind == TokenKind.End
            ? syntax
            : throw parser.Unexpected("an operator or the end of the expression");
    }

    /// <summary>Reads <c>* [EXCEPT (name, …)], expression [AS name], …</c>.</summary>
    public static List<SelectItemSyntax> ParseSelectList(string text)
    {
        var parser = Begin(text);
        var items = new List<SelectItemSyntax> { parser.SelectItem() };
        while (parser.Current.Kind == TokenKind.Comma)
        {
            parser._index++;
            items.Add(parser.SelectItem());
        }

        return parser.Current.Kind == TokenKind.End
            ? items
            : throw parser.Unexpected("an operator, AS, a comma or the end of the list");
    }

    private static Parser Begin(string text) => text.Length <= TextLengthMax
        ? new Parser(text)
        : throw SqlErrors.At(text, default, "The expression is too long",
            $"It has {text.Length} characters, at most {TextLengthMax} are read.");

    private SelectItemSyntax SelectItem()
    {
        var token = Current;
        if (token.Kind != TokenKind.Star)
        {
            var expression = Or();
            return new SelectItemSyntax(token, expression, TakeIf("AS") ? MemberName("after AS") : null, []);
        }

        _index++;
        var except = new List<Token>();
        if (TakeIf("EXCEPT"))
        {
            Expect(TokenKind.Open, "( after EXCEPT");
            except.Add(MemberName("after EXCEPT ("));
            while (Current.Kind == TokenKind.Comma)
            {
                _index++;
                except.Add(MemberName("after the comma"));
            }

            Expect(TokenKind.Close, ", or )");
        }

        return new SelectItemSyntax(token, null, null, except);
    }

    private Token MemberName(string where) => Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier
        ? Take()
        : throw Unexpected($"a member's name {where}");

    private Syntax Or()
    {
        var left = And();
        while (Current.Is("OR"))
        {
            left = Binary(Take(), BinaryOperator.Or, left, And());
        }

        return left;
    }

    private Syntax And()
    {
        var left = Not();
        while (Current.Is("AND"))
        {
            left = Binary(Take(), BinaryOperator.And, left, Not());
        }

        return left;
    }

    private Syntax Not()
    {
        if (!Current.Is("NOT"))
        {
            return Predicate();
        }

        var token = Take();
        Enter(token);
        var operand = Not();
        _nesting--;
        return new UnarySyntax(token, UnaryOperator.Not, operand);
    }

    private Syntax Predicate()
    {
        var left = Additive();
        if (ComparisonOf(Current.Kind) is { } comparison)
        {
            return Binary(Take(), comparison, left, Additive());
        }

        if (Current.Is("IS"))
        {
            var token = Take();
            var negated = TakeIf("NOT");
            Expect("NULL");
            return Negate(token, new UnarySyntax(token, UnaryOperator.IsNull, left), negated);
        }

        var start = Current;
        var not = Current.Is("NOT");
        if (not)
        {
            _index++;
        }

        Syntax? predicate = Current.Is("IN") ? In(left)
            : Current.Is("BETWEEN") ? Between(left)
            : Current.Is("LIKE") ? Like(left) : null;
        return predicate is not null ? Negate(start, predicate, not)
            : not ? throw Unexpected("IN, BETWEEN or LIKE after NOT") : left;
    }

    private static Syntax Negate(Token token, Syntax operand, bool negated) =>
        negated ? new UnarySyntax(token, UnaryOperator.Not, operand) : operand;

    private static BinaryOperator? ComparisonOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        _ => null,
    };

    private InSyntax In(Syntax operand)
    {
        var token = Take();
        Expect(TokenKind.Open, "( after IN");
        return new InSyntax(token, operand, List());
    }

    private BetweenSyntax Between(Syntax operand)
    {
        var token = Take();
        var low = Additive();
        Expect("AND");
        return new BetweenSyntax(token, operand, low, Additive());
    }

    private LikeSyntax Like(Syntax operand)
    {
        var token = Take();
        var pattern = Additive();
        if (!TakeIf("ESCAPE"))
        {
            return new LikeSyntax(token, operand, pattern, null);
        }

        var escape = Expect(TokenKind.Text, "one character in single quotes after ESCAPE");
        return new LikeSyntax(token, operand, pattern, escape);
    }

    private Syntax Additive()
    {
        var left = Multiplicative();
        while (Current.Kind is TokenKind.Plus or TokenKind.Minus)
        {
            var token = Take();
            var addition = token.Kind == TokenKind.Plus ? BinaryOperator.Add : BinaryOperator.Subtract;
            left = Binary(token, addition, left, Multiplicative());
        }

        return left;
    }

    private Syntax Multiplicative()
    {
        var left = Unary();
        while (Current.Kind is TokenKind.Star or TokenKind.Slash or TokenKind.Percent)
        {
            var token = Take();
            var multiplication = token.Kind switch
            {
                TokenKind.Star => BinaryOperator.Multiply,
                TokenKind.Slash => BinaryOperator.Divide,
                _ => BinaryOperator.Remainder,
            };
            left = Binary(token, multiplication, left, Unary());
        }

        return left;
    }

    private Syntax Unary()
    {
        if (Current.Kind is not (TokenKind.Plus or TokenKind.Minus))
        {
            return Primary();
        }

        var token = Take();
        Enter(token);
        var operand = Unary();
        _nesting--;
        return token.Kind == TokenKind.Minus ? new UnarySyntax(token, UnaryOperator.Negate, operand) : operand;
    }

    private Syntax Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Number(Take());
            case TokenKind.Text:
                return new LiteralSyntax(Take(), SqlType.Text, 0, token.Value);
            case TokenKind.Open:
                Enter(Take());
                var inner = Or();
                Expect(TokenKind.Close, ")");
                _nesting--;
                return inner;
            case TokenKind.QuotedIdentifier:
                return Name();
            case TokenKind.Identifier:
                return Word(token);
            default:
                throw Unexpected("a value, a member's name or (");
        }
    }

    private Syntax Word(Token token)
    {
        if (token.Is("TRUE") || token.Is("FALSE"))
        {
            return new LiteralSyntax(Take(), SqlType.Boolean, token.Is("TRUE") ? 1 : 0, "");
        }

        if (token.Is("NULL"))
        {
            return new LiteralSyntax(Take(), SqlType.Null, 0, "");
        }

        var next = _tokens[_index + 1].Kind;
        if (token.Is("TIMESTAMP") && next == TokenKind.Text)
        {
            _index++;
            return Time(Take());
        }

        if (ReservedWords.Any(token.Is))
        {
            throw Unexpected("a value, a member's name or (");
        }

        if (next != TokenKind.Open)
        {
            return Name();
        }

        _index += 2;
        return new CallSyntax(token, List());
    }

    private LiteralSyntax Number(Token token)
    {
        var number = double.Parse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            ? new LiteralSyntax(token, SqlType.Double, number, "")
            : throw SqlErrors.At(_text, token, "A number is too large", "The largest is about 1.79e308.");
    }

    private LiteralSyntax Time(Token token)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(token.Value, CultureInfo.InvariantCulture, Styles, out var time))
        {
            throw SqlErrors.At(_text, token, "A timestamp cannot be read", null,
                "Write it as TIMESTAMP '2026-11-20 14:30:00'; it is UTC unless it ends with an offset such as +01:00.");
        }

        var microseconds = (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return new LiteralSyntax(token, SqlType.Timestamp, microseconds, "");
    }

    private NameSyntax Name()
    {
        var parts = new List<Token> { Take() };
        while (Current.Kind == TokenKind.Dot)
        {
            _index++;
            parts.Add(Current.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier
                ? Take()
                : throw Unexpected("a member's name after the dot"));
        }

        return new NameSyntax(parts[0], parts);
    }

    /// <summary>Reads <c>a, b, …)</c>; an empty list is left to the binder, which knows what it is for.</summary>
    private List<Syntax> List()
    {
        var list = new List<Syntax>();
        if (Current.Kind == TokenKind.Close)
        {
            _index++;
            return list;
        }

        Enter(Current);
        list.Add(Or());
        while (Current.Kind == TokenKind.Comma)
        {
            _index++;
            list.Add(Or());
        }

        Expect(TokenKind.Close, ", or )");
        _nesting--;
        return list;
    }

    private BinarySyntax Binary(Token token, BinaryOperator @operator, Syntax left, Syntax right)
    {
        var syntax = new BinarySyntax(token, @operator, left, right);
        return syntax.Depth <= DepthMax
            ? syntax
            : throw SqlErrors.At(_text, token, "The expression has too many terms",
                $"At most {DepthMax} operators may follow each other.", "Long lists of values fit into IN (…).");
    }

    private void Enter(Token token)
    {
        if (++_nesting > NestingMax)
        {
            throw SqlErrors.At(_text, token, "The expression is nested too deeply",
                $"At most {NestingMax} levels are read.");
        }
    }

    private Token Take() => _tokens[_index++];

    private bool TakeIf(string word)
    {
        var found = Current.Is(word);
        _index += found ? 1 : 0;
        return found;
    }

    private void Expect(string word)
    {
        if (!TakeIf(word))
        {
            throw Unexpected(word);
        }
    }

    private Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Unexpected(what);

    private SqlException Unexpected(string expected)
    {
        var found = Current.Kind == TokenKind.End ? "the end" : _text.Substring(Current.Offset, Current.Length);
        return SqlErrors.At(_text, Current, Current.Kind == TokenKind.End
            ? "The expression ends too early"
            : $"\"{found}\" does not belong here", $"Expected {expected}.");
    }
}
