using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>What calls mean in a select whose functions have windows: a result is a column behind those of the
/// input.</summary>
internal sealed class OverScope(string text, RelationScope input, IReadOnlyList<NamedWindowSyntax> named) : IScope
{
    private readonly List<(CellExpression Cell, int Window, int Function)> _results = [];
    private readonly List<WindowDraft> _windows = [];

    public bool HasWindows => _windows.Count > 0;

    public Expression? TryBind(Syntax syntax, Binder binder)
    {
        if (syntax is not OverSyntax over)
        {
            return input.TryBind(syntax, binder);
        }

        if (over.Call.Token.Is(LagFunction.Name))
        {
            return binder.Bind(LagFunction.Rewrite(text, over));
        }

        if (!AggregateFunction.TryFind(over.Call.Token.Value, out var kind))
        {
            throw NoFunction(over.Call.Token);
        }

        var window = WindowOf(over.Window);
        var (function, argument) = AggregateCall.Bind(text, over.Call, kind, input);
        var cell = new CellExpression(0, function.ResultType);
        _results.Add((cell, window, _windows[window].Functions.Count));
        _windows[window].Functions.Add(function);
        _windows[window].Arguments.Add(argument);
        return cell;
    }

    /// <summary>The windows, with the results placed behind so many columns.</summary>
    public IReadOnlyList<SlidingWindow> Place(int inputColumnCount)
    {
        foreach (var (cell, window, function) in _results)
        {
            cell.Slot = inputColumnCount + _windows.Take(window).Sum(before => before.Functions.Count) + function;
        }

        return [.. _windows.Select(window => window.ToWindow())];
    }

    private SqlException NoFunction(Token name) => name.Is("LEAD")
        ? SqlErrors.At(text, name, "LEAD would have to know rows that have not come yet",
            "A window of a stream ends with the current row.",
            "LAG gives a row what stood in the rows before it.")
        : SqlErrors.At(text, name, $"{name.Value} is no function over a window", null,
            "Those are COUNT, SUM, AVG, MIN, MAX, FIRST_VALUE, LAST_VALUE, NTH_VALUE, LAG and their like.");

    private int WindowOf(WindowSyntax syntax)
    {
        var (partition, isRows, preceding) = new WindowReader(text, named).Read(syntax);
        var key = $"{isRows} {preceding} {string.Join(';', partition.Select(item => SyntaxText.Of(item, input)))}";
        var index = _windows.FindIndex(window => window.Key == key);
        if (index < 0)
        {
            index = _windows.Count;
            var binder = new Binder(text, new ColumnSet()) { Scope = input };
            var keys = partition.Select(item => KeyExpression.Of(binder.Bind(item)));
            _windows.Add(new WindowDraft(key, [.. keys], isRows, preceding));
        }

        return index;
    }

    private sealed record WindowDraft(string Key, IReadOnlyList<Expression> Partition, bool IsRows, long Preceding)
    {
        public List<AggregateFunction> Functions { get; } = [];

        public List<Expression?> Arguments { get; } = [];

        public SlidingWindow ToWindow() => new([.. Partition], IsRows, Preceding, [.. Functions], [.. Arguments]);
    }
}
