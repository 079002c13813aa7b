using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Plans what stands behind FROM.</summary>
internal sealed class SourcePlanner(
    string text, QueryPlanner queries, ISourceCatalog catalog, IReadOnlyList<NamedWindowSyntax> windows)
{
    public AliasedRelation Plan(SourceSyntax syntax) => syntax switch
    {
        NamedSourceSyntax named => Named(named),
        SubquerySourceSyntax query => Aliased(
            new QueryRelation(queries.Plan(query.Query)), query.Alias, query.Window),
        FunctionSourceSyntax function => Aliased(Function(function), function.Alias, null),
        JoinSyntax join => Join(join),
        _ => throw new InvalidOperationException($"No meaning for {syntax.GetType().Name}."),
    };

    private AliasedRelation Named(NamedSourceSyntax named) =>
        catalog.Table(named.Name) is not null
            ? throw SqlErrors.At(text, named.Name, $"{named.Name.Value} is a table, and no stream",
                "A continuous query reads a stream.", "Join the table: FROM stream AS s JOIN table AS t ON ….")
            : Aliased(catalog.Stream(named.Name, named.History), named.Alias ?? named.Name, named.Window);

    private AliasedRelation Aliased(Relation relation, Token? alias, WindowSyntax? window) =>
        new(relation, alias, WindowOf(window));

    private JoinWindow WindowOf(WindowSyntax? window)
    {
        if (window is null)
        {
            return default;
        }

        var (partition, isRows, preceding) = new WindowReader(text, windows).Read(window);
        return partition.Count > 0
            ? throw SqlErrors.At(text, window.Token, "A window of a join cannot be partitioned", null,
                "The condition of the join says which rows meet.")
            : preceding == long.MaxValue
                ? throw SqlErrors.At(text, window.Token, "A window of a join must have a bound", null,
                    "Write RANGE INTERVAL '1' HOUR PRECEDING.")
            : new JoinWindow(isRows, preceding);
    }

    private AliasedRelation Join(JoinSyntax join)
    {
        var left = Plan(join.Left);
        var table = join.Right is NamedSourceSyntax named ? catalog.Table(named.Name) : null;
        var right = table is null
            ? Plan(join.Right)
            : new AliasedRelation(new TableRelation(table), join.Right.Alias ?? ((NamedSourceSyntax)join.Right).Name);
        if (table is not null && join.Kind is JoinKind.Right or JoinKind.Full)
        {
            throw SqlErrors.At(text, join.Token, "A table's rows cannot come out without a partner",
                "They never end.", "Write INNER JOIN or LEFT JOIN.");
        }

        var relation = new JoinRelation(left, right);
        var aliased = new AliasedRelation(relation, null);
        var condition = new Binder(text, new ColumnSet()) { Scope = new RelationScope(text, aliased) }
            .BindCondition(join.On);
        var keys = new JoinKeys(text, left, right);
        keys.Collect(join.On);
        relation.Connector = (context, sink) =>
        {
            var plan = new JoinPlan(
                left.Relation.ColumnCount, right.Relation.ColumnCount, keys.Left, keys.Right, condition, join.Kind);
            if (table is not null)
            {
                left.Relation.Connect(context, new ReferenceJoin(context, plan, table, sink));
                return;
            }

            var windowJoin = context.Add(new WindowJoin(context, plan, left.Window, right.Window, sink));
            left.Relation.Connect(context, windowJoin.Left);
            right.Relation.Connect(context, windowJoin.Right);
        };
        return aliased;
    }

    private Relation Function(FunctionSourceSyntax function)
    {
        if (Enum.TryParse<WindowKind>(function.Name.Value, ignoreCase: true, out var kind))
        {
            return Window(function, kind);
        }

        if (!TableFunctions.TryFind(function.Name.Value, out var make))
        {
            var names = TableFunctions.Names
                .Concat(Enum.GetNames<WindowKind>().Select(name => name.ToUpperInvariant()));
            throw SqlErrors.At(text, function.Name, $"There is no table function {function.Name.Value}", null,
                $"The table functions are {string.Join(", ", names)}.");
        }

        if (function.Arguments is not [{ Cursor: { } cursor }, ..])
        {
            throw SqlErrors.At(text, function.Name, $"{function.Name.Value} takes a cursor first", null,
                $"Write TABLE({function.Name.Value}(CURSOR(SELECT STREAM …), …)).");
        }

        var values = new List<Syntax>();
        foreach (var argument in function.Arguments.Skip(1))
        {
            values.Add(argument.Value ?? throw SqlErrors.At(
                text, argument.Token, $"{function.Name.Value} takes one cursor, and values behind it"));
        }

        var query = queries.Plan(cursor);
        return new FunctionRelation(
            query, make!(new TableFunctionCall(text, function.Name, query.Columns, values)));
    }

    private WindowedRelation Window(FunctionSourceSyntax function, WindowKind kind)
    {
        var countOfTimes = kind == WindowKind.Hop ? 2 : 1;
        if (function.Arguments.Count != 2 + countOfTimes)
        {
            throw SqlErrors.At(text, function.Name, $"{function.Name.Value} has the wrong number of arguments", null,
                kind == WindowKind.Hop
                    ? "Write HOP(TABLE s, DESCRIPTOR(ROWTIME), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)."
                    : $"Write {function.Name.Value}(TABLE s, DESCRIPTOR(ROWTIME), INTERVAL '1' MINUTE).");
        }

        var input = WindowInput(function.Arguments[0]);
        if (function.Arguments[1].Descriptor is not { } column || !column.Is("ROWTIME") && column.Value != "ROWTIME")
        {
            throw SqlErrors.At(text, function.Arguments[1].Token, "Windows are made over ROWTIME",
                "Another time is late or out of order without end.",
                "Write DESCRIPTOR(ROWTIME), and let the input's ROWTIME be the time of the reading.");
        }

        var slide = Constants.Span(text, Value(function.Arguments[2]));
        var size = countOfTimes == 2 ? Constants.Span(text, Value(function.Arguments[3])) : slide;
        return size / slide <= HoppingAggregation.WindowsMax
            ? new WindowedRelation(input, kind, slide, size)
            : throw SqlErrors.At(text, function.Arguments[3].Token, "Too many windows lie over one another",
                $"At most {HoppingAggregation.WindowsMax} do; this would be {size / slide}.",
                "Let them lie further apart.");
    }

    private AliasedRelation WindowInput(FunctionArgumentSyntax argument) =>
        argument.Table is { } name ? Named(new NamedSourceSyntax(name, name, null, null, null))
        : argument.Cursor is { } cursor ? new AliasedRelation(new QueryRelation(queries.Plan(cursor)), null)
        : throw SqlErrors.At(text, argument.Token, "A stream is expected here", null, "Write TABLE name.");

    private Syntax Value(FunctionArgumentSyntax argument) => argument.Value
        ?? throw SqlErrors.At(text, argument.Token, "An interval is expected here", null, "Write INTERVAL '1' MINUTE.");
}
