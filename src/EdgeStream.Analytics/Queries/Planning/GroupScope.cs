using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>What names and calls mean behind a GROUP BY: keys, aggregates, and ROWTIME, which is the window's
/// end.</summary>
internal sealed class GroupScope(string text, RelationScope input) : IScope
{
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _aggregates = new(StringComparer.Ordinal);
    private readonly List<CellExpression> _windowBounds = [];

    public List<Expression> Keys { get; } = [];

    /// <summary>The keys that are expressions of ROWTIME alone.</summary>
    public List<Expression> WindowKeys { get; } = [];

    /// <summary>The keys of which the query says that they never change their direction.</summary>
    public List<Expression> MonotonicKeys { get; } = [];

    /// <summary>Whether a key says when groups are over.</summary>
    public bool HasEnd => WindowKeys.Count + MonotonicKeys.Count > 0;

    public List<AggregateFunction> Functions { get; } = [];

    public List<Expression?> Arguments { get; } = [];

    /// <summary>Whether WINDOW_START and WINDOW_END are those of the groups.</summary>
    public bool HasWindowBounds { get; init; }

    /// <summary>Whether a column of the groups' rows is a key that is an expression of ROWTIME alone.</summary>
    public bool IsWindowKey(int slot) => slot < Keys.Count && WindowKeys.Contains(Keys[slot]);

    public Grouping ToGrouping()
    {
        var grouping = new Grouping([.. Keys], [.. Functions], [.. Arguments]);
        foreach (var bound in _windowBounds)
        {
            bound.Slot += grouping.WindowStartSlot;
        }

        _windowBounds.Clear();
        return grouping;
    }

    public void AddKey(Syntax syntax)
    {
        input.BeginExpression();
        var key = KeyExpression.Of(new Binder(text, new ColumnSet()) { Scope = input }.Bind(syntax));
        if (input.IsRowtimeUsed && input.ColumnsUsed == 0)
        {
            WindowKeys.Add(key);
        }
        else if (syntax is CallSyntax { Arguments: [var asserted] } call && call.Token.Is("MONOTONIC"))
        {
            MonotonicKeys.Add(key);
            _keys.TryAdd(SyntaxText.Of(asserted, input), Keys.Count);
        }

        if (_keys.TryAdd(SyntaxText.Of(syntax, input), Keys.Count))
        {
            Keys.Add(key);
        }
    }

    public Expression? TryBind(Syntax syntax, Binder binder)
    {
        if (syntax is NameSyntax bound && HasWindowBounds && BoundOf(bound) is { } offset)
        {
            var cell = new CellExpression(offset, SqlDataType.Of(SqlType.Timestamp));
            _windowBounds.Add(cell);
            return cell;
        }

        if (syntax is OverSyntax over)
        {
            throw SqlErrors.At(text, over.Token, "A function over a window cannot stand beside GROUP BY", null,
                "Group in an inner query, and use the window in the outer one.");
        }

        if (syntax is CallSyntax call && AggregateFunction.TryFind(call.Token.Value, out var kind))
        {
            return Aggregate(call, kind);
        }

        if (syntax is not LiteralSyntax && _keys.TryGetValue(SyntaxText.Of(syntax, input), out var key))
        {
            return new CellExpression(key, Keys[key].DataType);
        }

        return syntax is NameSyntax name ? Name(name) : null;
    }

    /// <summary>0 for WINDOW_START, 1 for WINDOW_END, null for any other name.</summary>
    public static int? BoundOf(NameSyntax name) => name.Parts[^1].Is("WINDOW_START") ? 0
        : name.Parts[^1].Is("WINDOW_END") ? 1
        : null;

    private RowtimeExpression Name(NameSyntax name) => input.Resolve(name).IsRowtime
        ? new RowtimeExpression()
        : throw SqlErrors.At(
            text, name.Token, $"{QueryParser.Folded(name.Parts[^1]).Value} is no key of GROUP BY", null,
            "Add it to GROUP BY, or put it into an aggregate function: MAX(…).");

    private CellExpression Aggregate(CallSyntax call, AggregateKind kind)
    {
        var key = SyntaxText.Of(call, input);
        if (!_aggregates.TryGetValue(key, out var index))
        {
            var (function, argument) = AggregateCall.Bind(text, call, kind, input);
            index = Functions.Count;
            _aggregates.Add(key, index);
            Functions.Add(function);
            Arguments.Add(argument);
        }

        return new CellExpression(Keys.Count + index, Functions[index].ResultType);
    }
}
