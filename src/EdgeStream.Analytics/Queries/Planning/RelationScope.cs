using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The names of a select's sources.</summary>
internal sealed class RelationScope(string text, AliasedRelation source) : IScope
{
    /// <summary>Columns other than ROWTIME that were named since <see cref="BeginExpression"/>.</summary>
    public int ColumnsUsed { get; private set; }

    /// <summary>Whether ROWTIME was.</summary>
    public bool IsRowtimeUsed { get; private set; }

    public AliasedRelation Source => source;

    /// <summary>Begins to note which columns an expression uses.</summary>
    public void BeginExpression() => (ColumnsUsed, IsRowtimeUsed) = (0, false);

    public Expression? TryBind(Syntax syntax, Binder binder)
    {
        switch (syntax)
        {
            case NameSyntax name:
                return TryResolve(name) is { } use ? Use(use)
                    : name.Parts.Count == 1 && RowTimes.Find(name.Token) is { } time ? UseRowtime(time)
                    : FieldOf(name) is { } field ? binder.Bind(field) : throw Unknown(name);
            case OverSyntax over:
                throw SqlErrors.At(text, over.Token, "A function over a window cannot stand here", null,
                    "It belongs into the select list; filter on it in an outer query.");
            case CallSyntax call when AggregateFunction.TryFind(call.Token.Value, out _):
                throw SqlErrors.At(text, call.Token, $"{call.Token.Value.ToUpperInvariant()} cannot stand here",
                    "An aggregate function counts over the groups of GROUP BY or over a window.",
                    "Group by a time window: GROUP BY STEP(s.ROWTIME BY INTERVAL '1' MINUTE).");
            default:
                return null;
        }
    }

    /// <summary>What a name stands for; of a field, the record with the field's name and identity.</summary>
    /// <exception cref="SqlException">It stands for nothing.</exception>
    public ColumnUse Resolve(NameSyntax syntax)
    {
        if (TryResolve(syntax) is { } use)
        {
            return use;
        }

        if (FieldOf(syntax) is not { } field || TryResolve((NameSyntax)field.Operand) is not { } record)
        {
            throw Unknown(syntax);
        }

        var path = string.Join('.', field.Path.Select(static part => part.Value));
        return record with { Name = field.Path[^1].Value, Id = $"{record.Id}.{path}" };
    }

    private ColumnUse? TryResolve(NameSyntax syntax)
    {
        var name = new ColumnName(text, syntax.Parts, 0);
        return source.IsMeantBy(name, out var rest) && source.Relation.Find(rest) is { } meant
            ? meant
            : source.Relation.Find(name);
    }

    /// <summary>A field of a record that a subquery has made of a line: <c>t.rec.COLUMN1</c>. A text whose length is
    /// declared is none.</summary>
    private FieldSyntax? FieldOf(NameSyntax name)
    {
        for (var count = name.Parts.Count - 1; count > 0; count--)
        {
            var record = name with { Parts = [.. name.Parts.Take(count)] };
            if (TryResolve(record) is { Expression.DataType: { Kind: SqlType.Text, Precision: 0 } })
            {
                return new FieldSyntax(name.Token, record, [.. name.Parts.Skip(count)]);
            }
        }

        return null;
    }

    private Expression UseRowtime(Expression time)
    {
        IsRowtimeUsed = true;
        return time;
    }

    private Expression Use(ColumnUse use)
    {
        ColumnsUsed += use.IsRowtime ? 0 : 1;
        IsRowtimeUsed |= use.IsRowtime;
        return use.Expression;
    }

    private SqlException Unknown(NameSyntax syntax)
    {
        var columns = source.Relation.StarColumns.Select(column => column.Name).Distinct().Take(20).ToList();
        var written = string.Join('.', syntax.Parts.Select(part => part.Value));
        return SqlErrors.At(text, syntax.Token, $"There is no column {written}",
            columns.Count == 0 ? null : $"The columns are {string.Join(", ", columns)} and ROWTIME.",
            "A name without quotes stands for its upper-case form: write names of another form in double quotes.");
    }
}
