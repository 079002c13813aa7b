namespace EdgeStream.Sql;

/// <summary>Reads terms and what is said of them: comparisons, IS, IN, BETWEEN, LIKE, SIMILAR TO, and the predicates of
/// periods.</summary>
internal sealed class PredicateParser(Parser parser)
{
    /// <summary>Reads a term and the predicate behind it, if there is one.</summary>
    public Syntax Predicate()
    {
        var left = parser.ParseTerm();
        if (left is PeriodSyntax period)
        {
            left = new PeriodParser(parser).Predicate(period);
        }
        else if (ComparisonOf(parser.Current.Kind) is { } comparison)
        {
            left = parser.Binary(parser.Take(), comparison, left, parser.ParseTerm());
        }
        else if (!parser.Current.Is("IS"))
        {
            left = WordPredicate(left);
        }

        for (var count = 0; parser.Current.Is("IS"); count++)
        {
            left = count < Parser.DepthMax ? Is(parser.Take(), left) : throw parser.TooManyTerms(parser.Current);
        }

        return left;
    }

    private Syntax WordPredicate(Syntax left)
    {
        var start = parser.Current;
        var not = parser.TakeIf("NOT");
        Syntax? predicate = parser.Current.Is("IN") ? In(left)
            : parser.Current.Is("BETWEEN") ? Between(left)
            : parser.Current.Is("LIKE") || (parser.Current.Is("SIMILAR") && parser.Next.Is("TO")) ? Like(left) : null;
        return predicate is not null ? Negate(start, predicate, not)
            : not ? throw parser.Unexpected("IN, BETWEEN, LIKE or SIMILAR TO after NOT") : left;
    }

    private Syntax Is(Token token, Syntax left)
    {
        var not = parser.TakeIf("NOT");
        if (parser.TakeIf("DISTINCT"))
        {
            parser.Expect("FROM");
            return Negate(token, parser.Binary(token, BinaryOperator.IsDistinctFrom, left, parser.ParseTerm()), not);
        }

        var test = parser.TakeIf("NULL") ? UnaryOperator.IsNull
            : parser.TakeIf("TRUE") ? UnaryOperator.IsTrue
            : parser.TakeIf("FALSE") ? UnaryOperator.IsFalse
            : parser.TakeIf("UNKNOWN") ? UnaryOperator.IsUnknown
            : throw parser.Unexpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
        return Negate(token, new UnarySyntax(token, test, left), not);
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
        var token = parser.Take();
        parser.Expect(TokenKind.Open, "( after IN");
        return new InSyntax(token, operand, parser.ParseList());
    }

    private BetweenSyntax Between(Syntax operand)
    {
        var token = parser.Take();
        var isSymmetric = parser.Current.Is("SYMMETRIC") && parser.Next.Kind is not (TokenKind.Dot or TokenKind.Open)
            && !parser.Next.Is("AND");
        if (isSymmetric || (parser.Current.Is("ASYMMETRIC") && !parser.Next.Is("AND")))
        {
            parser.Take();
        }

        var low = parser.ParseTerm();
        parser.Expect("AND");
        return new BetweenSyntax(token, operand, low, parser.ParseTerm(), isSymmetric);
    }

    private LikeSyntax Like(Syntax operand)
    {
        var token = parser.Take();
        var isSimilar = token.Is("SIMILAR");
        if (isSimilar)
        {
            parser.Expect("TO");
        }

        var pattern = parser.ParseTerm();
        var escape = parser.TakeIf("ESCAPE")
            ? parser.Expect(TokenKind.Text, "one character in single quotes after ESCAPE")
            : default(Token?);
        return new LikeSyntax(token, operand, pattern, escape, isSimilar);
    }
}
