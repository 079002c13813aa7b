using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Plans ORDER BY: its first item must be an expression of ROWTIME alone, so that a stream is put in
/// order piece
/// by piece.</summary>
internal static class OrderPlan
{
    public static PlannedQuery Sort(
        string text,
        IReadOnlyList<OrderItemSyntax> orderBy,
        IReadOnlyList<SchemaColumn> columns,
        IReadOnlyList<Expression> expressions,
        IScope scope,
        RelationScope input,
        Func<Expression, Expression?> timeOf,
        Func<int> columnCount,
        Action<QueryContext, RowSink> connect)
    {
        var all = new List<Expression>(expressions);
        Expression? leading = null;
        foreach (var item in orderBy)
        {
            input.BeginExpression();
            var key = Key(text, item, columns, expressions, scope);
            all.Add(key);
            leading ??= (input.IsRowtimeUsed && input.ColumnsUsed == 0 ? key : timeOf(key))
                ?? throw SqlErrors.At(text, item.Token, "A stream is put in order by ROWTIME first",
                    "Else it would have to end before its first row came out.",
                    "Write ORDER BY FLOOR(s.ROWTIME TO MINUTE), and the column behind it.");
        }

        if (orderBy[0].IsDescending)
        {
            throw SqlErrors.At(text, orderBy[0].Token, "ROWTIME never goes back", null, "Leave DESC out.");
        }

        return new PlannedQuery(columns, (context, sink) =>
        {
            var sorted = context.Add(new SortedRows(
                context, columns.Count, [.. orderBy.Select(item => item.IsDescending)], leading!, columnCount(), sink));
            connect(context, new Projection(context, all, sorted));
        });
    }

    /// <summary>An item is the number or the name of a column of the select list, or any expression.</summary>
    private static Expression Key(
        string text,
        OrderItemSyntax item,
        IReadOnlyList<SchemaColumn> columns,
        IReadOnlyList<Expression> expressions,
        IScope scope)
    {
        if (item.Expression is LiteralSyntax { Type.Kind: SqlType.Integer, Integer: var number }
            && number >= 1 && number <= expressions.Count)
        {
            return expressions[(int)number - 1];
        }

        if (item.Expression is NameSyntax { Parts.Count: 1 } name && !name.Token.Is("ROWTIME"))
        {
            var index = new ColumnName(text, name.Parts, 0).FindIn(columns);
            if (index >= 0)
            {
                return expressions[index];
            }
        }

        return new Binder(text, new ColumnSet()) { Scope = scope }.Bind(item.Expression);
    }
}
