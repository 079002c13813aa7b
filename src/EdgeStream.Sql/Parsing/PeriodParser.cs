namespace EdgeStream.Sql;

/// <summary>Reads the predicates of periods, <c>(a, b) OVERLAPS (c, d)</c>, as the comparisons of bounds that they
/// mean. A period has its start and not its end.</summary>
/// <remarks>Where one stands behind the other, <c>p PRECEDES q PRECEDES r</c>, the period between belongs to
/// both.</remarks>
internal sealed class PeriodParser(Parser parser)
{
    private const string Known = "CONTAINS, OVERLAPS, EQUALS, PRECEDES, SUCCEEDS, IMMEDIATELY PRECEDES, IMMEDIATELY "
        + "SUCCEEDS, STRICTLY CONTAINS, STRICTLY PRECEDES or STRICTLY SUCCEEDS";

    /// <summary>Reads what stands behind a period.</summary>
    public Syntax Predicate(PeriodSyntax left)
    {
        Syntax? all = null;
        while (true)
        {
            var token = parser.Current;
            var prefix = token.Is("IMMEDIATELY") || token.Is("STRICTLY") ? parser.Take().Value.ToUpperInvariant() : "";
            var word = parser.Expect(TokenKind.Identifier, Known);
            var right = parser.ParseTerm();
            var one = right is PeriodSyntax period
                ? Compare($"{prefix} {word.Value.ToUpperInvariant()}".TrimStart(), word, left, period)
                : prefix.Length == 0 && word.Is("CONTAINS")
                    ? Both(word, NotAfter(word, left.Start, right), Before(word, right, left.End))
                    : throw parser.Error(right.Token, "A period is expected here", null, "Write (start, end).");
            all = all is null ? one : Both(token, all, one);
            if (right is not PeriodSyntax next || !IsPredicate(parser.Current))
            {
                return all;
            }

            left = next;
        }
    }

    private Syntax Compare(string predicate, Token at, PeriodSyntax one, PeriodSyntax other) => predicate switch
    {
        "CONTAINS" => Both(at, NotAfter(at, one.Start, other.Start), NotAfter(at, other.End, one.End)),
        "OVERLAPS" => Both(at, Before(at, one.Start, other.End), Before(at, other.Start, one.End)),
        "EQUALS" => Both(at, Same(at, one.Start, other.Start), Same(at, one.End, other.End)),
        "PRECEDES" => NotAfter(at, one.End, other.Start),
        "SUCCEEDS" => NotAfter(at, other.End, one.Start),
        "IMMEDIATELY PRECEDES" => Same(at, one.End, other.Start),
        "IMMEDIATELY SUCCEEDS" => Same(at, other.End, one.Start),
        "STRICTLY CONTAINS" => Both(at, Before(at, one.Start, other.Start), Before(at, other.End, one.End)),
        "STRICTLY PRECEDES" => Before(at, one.End, other.Start),
        "STRICTLY SUCCEEDS" => Before(at, other.End, one.Start),
        _ => throw parser.Error(at, $"{predicate} is no predicate of periods", $"Those are {Known}.",
            "Compare the bounds themselves."),
    };

    private static bool IsPredicate(Token token) => token.Is("IMMEDIATELY") || token.Is("STRICTLY")
        || token.Is("CONTAINS") || token.Is("OVERLAPS") || token.Is("EQUALS") || token.Is("PRECEDES")
        || token.Is("SUCCEEDS");

    private BinarySyntax Both(Token at, Syntax left, Syntax right) =>
        parser.Binary(at with { Value = "AND" }, BinaryOperator.And, left, right);

    private BinarySyntax Before(Token at, Syntax left, Syntax right) =>
        parser.Binary(at, BinaryOperator.Less, left, right);

    private BinarySyntax NotAfter(Token at, Syntax left, Syntax right) =>
        parser.Binary(at, BinaryOperator.LessOrEqual, left, right);

    private BinarySyntax Same(Token at, Syntax left, Syntax right) =>
        parser.Binary(at, BinaryOperator.Equal, left, right);
}
