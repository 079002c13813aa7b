using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Plans one select: its source, filter, groups or windows, columns and order.</summary>
internal sealed class SelectPlanner(string text, QueryPlanner queries, SelectSyntax select)
{
    private readonly List<SchemaColumn> _columns = [];
    private readonly List<Expression> _expressions = [];
    private readonly List<Expression> _windowColumns = [];
    private GroupScope? _groups;

    public PlannedQuery Plan(IReadOnlyList<OrderItemSyntax> orderBy)
    {
        var source = queries.PlanSource(select.From, select.Windows);
        var scope = new RelationScope(text, source);
        var where = select.Where is null ? null : BinderOf(scope).BindCondition(select.Where);
        if (select.GroupBy.Count > 0 || select.WindowedBy is not null)
        {
            return PlanGroups(source, scope, where, orderBy);
        }

        if (source.Relation is WindowedRelation windowed)
        {
            throw SqlErrors.At(
                text, select.From.Token, $"{windowed.Kind.ToString().ToUpperInvariant()} needs a GROUP BY", null,
                "Group by WINDOW_START or WINDOW_END, and use aggregate functions.");
        }

        if (select.Having is not null)
        {
            throw SqlErrors.At(text, select.Having.Token, "HAVING filters groups, and there are none", null,
                "Write WHERE, or add GROUP BY.");
        }

        var over = new OverScope(text, scope, select.Windows);
        BindItems(source, over, scope);
        void Connect(QueryContext context, RowSink sink)
        {
            var count = source.Relation.ColumnCount;
            var next = sink;
            if (over.HasWindows)
            {
                next = context.Add(new SlidingAggregation(context, over.Place(count), count, sink));
            }

            source.Relation.Connect(context, where is null ? next : new Filter(context, where, next));
        }

        return Finish(orderBy, over, scope, () => source.Relation.ColumnCount, Connect);
    }

    private PlannedQuery PlanGroups(
        AliasedRelation source, RelationScope scope, Expression? where, IReadOnlyList<OrderItemSyntax> orderBy)
    {
        var windowed = source.Relation as WindowedRelation;
        var groups = new GroupScope(text, scope) { HasWindowBounds = windowed is not null };
        _groups = groups;
        var hasBoundKey = false;
        foreach (var key in select.WindowedBy?.Keys ?? select.GroupBy)
        {
            if (windowed is not null && key is NameSyntax name && GroupScope.BoundOf(name) is not null)
            {
                hasBoundKey = true;
                continue;
            }

            groups.AddKey(Ordinal(key));
        }

        var stagger = select.WindowedBy is null ? 0 : Constants.Span(text, select.WindowedBy.Range);
        if (windowed is not null ? !hasBoundKey : stagger == 0 && !groups.HasEnd)
        {
            throw NoWindow(windowed);
        }

        var having = select.Having is null ? null : BinderOf(groups).BindCondition(select.Having);
        BindItems(source, groups, scope);
        void Connect(QueryContext context, RowSink sink)
        {
            var next = having is null ? sink : new Filter(context, having, sink);
            var grouping = groups.ToGrouping();
            GroupingOperator aggregation = windowed is not null
                ? windowed.Kind == WindowKind.Session
                    ? new SessionAggregation(context, grouping, windowed.Size, next)
                    : new HoppingAggregation(context, grouping, windowed.Slide, windowed.Size, next)
                : stagger > 0
                    ? new StaggerAggregation(context, grouping, stagger, next)
                : groups.MonotonicKeys.Count > 0
                    ? new MonotonicAggregation(
                        context, grouping, groups.MonotonicKeys, groups.WindowKeys, source.Relation.ColumnCount, next)
                    : new TumblingAggregation(
                        context, grouping, groups.WindowKeys, source.Relation.ColumnCount, next);
            context.Add(aggregation);
            source.Relation.Connect(
                context, where is null ? aggregation : new Filter(context, where, aggregation));
        }

        return Finish(orderBy, groups, scope, () => groups.Keys.Count + groups.Functions.Count + 2, Connect);
    }

    private SqlException NoWindow(WindowedRelation? windowed) => windowed is not null
        ? SqlErrors.At(text, select.GroupBy[0].Token, "The groups have no window", null,
            "Add WINDOW_START or WINDOW_END to GROUP BY.")
        : SqlErrors.At(text, select.GroupBy[0].Token, "The groups of a stream would never end",
            "No key of GROUP BY is an expression of ROWTIME alone, or MONOTONIC.",
            "Add a time window: GROUP BY …, STEP(s.ROWTIME BY INTERVAL '1' MINUTE).");

    /// <summary>A key that is the number of an item of the select list stands for it.</summary>
    private Syntax Ordinal(Syntax key) =>
        key is LiteralSyntax { Type.Kind: SqlType.Integer, Integer: var number }
        && number >= 1 && number <= select.Items.Count && select.Items[(int)number - 1].Expression is { } item
            ? item
            : key;

    private Binder BinderOf(IScope scope) => new(text, new ColumnSet()) { Scope = scope };

    private void BindItems(AliasedRelation source, IScope scope, RelationScope input)
    {
        foreach (var item in select.Items)
        {
            if (item.Expression is null)
            {
                AddStar(source, item);
                continue;
            }

            input.BeginExpression();
            var expression = BinderOf(scope).Bind(item.Expression);
            if (input.IsRowtimeUsed && input.ColumnsUsed == 0)
            {
                _windowColumns.Add(expression);
            }

            var name = item.Alias?.Value ?? NameOf(item.Expression, input);
            _columns.Add(new SchemaColumn(name, expression.DataType));
            _expressions.Add(expression);
        }
    }

    private void AddStar(AliasedRelation source, SelectColumnSyntax item)
    {
        if (select.GroupBy.Count > 0 || select.WindowedBy is not null)
        {
            throw SqlErrors.At(text, item.Token, "A star cannot stand beside GROUP BY", null,
                "Name the keys and use aggregate functions.");
        }

        var columns = source.Relation.StarColumns;
        var (first, count) = (0, columns.Count);
        if (item.Qualifier is { } qualifier)
        {
            (first, count) = StarOf(source, qualifier);
        }

        for (var index = first; index < first + count; index++)
        {
            var use = source.Relation.StarColumn(index);
            _columns.Add(new SchemaColumn(use.Name, use.Expression.DataType));
            _expressions.Add(use.Expression);
        }
    }

    private (int First, int Count) StarOf(AliasedRelation source, Token qualifier)
    {
        var first = 0;
        IEnumerable<AliasedRelation> sources = source.Relation is JoinRelation join ? join.Sources() : [source];
        foreach (var one in sources)
        {
            var count = one.Relation.StarColumns.Count;
            if (one.Alias is { } alias && ColumnName.Matches(qualifier, alias.Value))
            {
                return (first, count);
            }

            first += count;
        }

        throw SqlErrors.At(text, qualifier, $"There is no source {qualifier.Value}");
    }

    private string NameOf(Syntax syntax, RelationScope input)
    {
        if (syntax is not NameSyntax name)
        {
            return $"EXPR${_columns.Count}";
        }

        return GroupScope.BoundOf(name) is { } bound && input.Source.Relation is WindowedRelation
            ? bound == 0 ? "WINDOW_START" : "WINDOW_END"
            : input.Resolve(name).Name;
    }

    /// <summary>The expression of ROWTIME alone that a column is, or that stays the same as long as it.</summary>
    private Expression? TimeOf(Expression key) =>
        key is RowtimeExpression || _windowColumns.Contains(key) ? key
        : key is CellExpression cell && _groups?.IsWindowKey(cell.Slot) == true ? new RowtimeExpression()
        : null;

    /// <summary>Puts what makes the columns behind what makes the rows.</summary>
    private PlannedQuery Finish(
        IReadOnlyList<OrderItemSyntax> orderBy,
        IScope scope,
        RelationScope input,
        Func<int> columnCount,
        Action<QueryContext, RowSink> connect)
    {
        if (orderBy.Count > 0)
        {
            return OrderPlan.Sort(
                text, orderBy, _columns, _expressions, scope, input, TimeOf, columnCount, connect);
        }

        if (select.IsDistinct && _windowColumns.Count == 0)
        {
            throw SqlErrors.At(text, select.Token, "DISTINCT would have to remember a stream without end",
                "No column is an expression of ROWTIME alone.", "Select such a one, too: FLOOR(s.ROWTIME TO MINUTE).");
        }

        return new PlannedQuery(_columns, (context, sink) =>
        {
            var next = select.IsDistinct
                ? new DistinctRows(context, _windowColumns, columnCount(), sink)
                : sink;
            connect(context, new Projection(context, _expressions, next));
        });
    }
}
