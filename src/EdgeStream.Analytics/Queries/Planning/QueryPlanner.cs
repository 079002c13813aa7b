using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Plans queries: selects put together by UNION ALL, and their order.</summary>
internal sealed class QueryPlanner(string text, ISourceCatalog catalog)
{
    public PlannedQuery Plan(QuerySyntax query)
    {
        if (query.OrderBy.Count > 0)
        {
            return query.Selects.Count == 1
                ? new SelectPlanner(text, this, query.Selects[0]).Plan(query.OrderBy)
                : PlanSortedUnion(query);
        }

        return query.Selects.Count == 1
            ? new SelectPlanner(text, this, query.Selects[0]).Plan([])
            : PlanUnion(query);
    }

    /// <summary>What a source of a select is.</summary>
    public AliasedRelation PlanSource(SourceSyntax syntax, IReadOnlyList<NamedWindowSyntax> windows) =>
        new SourcePlanner(text, this, catalog, windows).Plan(syntax);

    private PlannedQuery PlanUnion(QuerySyntax query)
    {
        var parts = query.Selects.Select(select => new SelectPlanner(text, this, select).Plan([])).ToList();
        var columns = parts[0].Columns;
        for (var index = 1; index < parts.Count; index++)
        {
            if (parts[index].Columns.Count != columns.Count)
            {
                throw SqlErrors.At(text, query.Selects[index].Token, "The parts of UNION ALL differ in their columns",
                    $"The first has {columns.Count}, this one {parts[index].Columns.Count}.");
            }
        }

        return new PlannedQuery(
            [.. columns.Select((column, slot) => column with { Type = CommonType(parts, slot) })],
            (context, sink) => parts.ForEach(part => part.Connect(context, sink)));
    }

    /// <summary>The order of a union may name what the first select calls its columns, and ROWTIME.</summary>
    private PlannedQuery PlanSortedUnion(QuerySyntax query)
    {
        var union = PlanUnion(query);
        var scope = new RelationScope(text, new AliasedRelation(new QueryRelation(union), null));
        var star = union.Columns.Select((_, index) => (Expression)StreamRelation.At(union.Columns, index).Expression);
        return OrderPlan.Sort(
            text, query.OrderBy, union.Columns, [.. star], scope, scope, _ => null,
            () => union.Columns.Count, union.Connect);
    }

    private static SqlDataType? CommonType(List<PlannedQuery> parts, int slot)
    {
        var type = parts[0].Columns[slot].Type;
        return parts.TrueForAll(part => part.Columns[slot].Type?.Kind == type?.Kind) ? type : null;
    }
}
