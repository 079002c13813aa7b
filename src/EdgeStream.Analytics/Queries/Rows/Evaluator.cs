using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Evaluates bound expressions over typed rows; one for all operators of a query.</summary>
internal sealed class Evaluator
{
    private readonly JsonColumns _scratch = new(new ColumnSet());

    public bool IsTrue(Expression condition, RowBuffer row)
    {
        _scratch.Scratch.ForgetResults();
        var view = ViewOf(row);
        return condition.Evaluate(in view).Boolean;
    }

    /// <summary>Sets a column of one row to an expression over another.</summary>
    /// <remarks>What is a column of the one as it stands keeps its text there: it is valid until that row begins
    /// anew.</remarks>
    public void Set(RowBuffer target, int slot, Expression expression, RowBuffer row)
    {
        if (expression is CellExpression cell)
        {
            target.Share(slot, in row.Cells[cell.Slot]);
            return;
        }

        _scratch.Scratch.ForgetResults();
        var view = ViewOf(row);
        target.Set(slot, expression.Evaluate(in view));
    }

    /// <summary>Appends the value of an expression.</summary>
    public void Append(ByteBuffer output, Expression expression, RowBuffer row)
    {
        if (expression is CellExpression cell)
        {
            output.AppendValue(row[cell.Slot]);
            return;
        }

        _scratch.Scratch.ForgetResults();
        var view = ViewOf(row);
        output.AppendValue(expression.Evaluate(in view));
    }

    /// <summary>The hash of the values that a join finds partners by; false if one is NULL.</summary>
    public bool TryHash(IReadOnlyList<Expression> keys, RowBuffer row, ByteBuffer scratch, out int hash)
    {
        scratch.Clear();
        hash = 0;
        var view = ViewOf(row);
        for (var index = 0; index < keys.Count; index++)
        {
            _scratch.Scratch.ForgetResults();
            if (!JoinKey.TryAppend(scratch, keys[index].Evaluate(in view)))
            {
                return false;
            }
        }

        hash = JoinKey.HashOf(scratch.Written);
        return true;
    }

    /// <summary>Adds the value of an expression to an aggregate.</summary>
    public void Add(AggregateState state, Expression? argument, RowBuffer row)
    {
        if (argument is null)
        {
            state.Add(SqlValue.OfInteger(1), row.Rowtime);
            return;
        }

        if (argument is CellExpression cell)
        {
            state.Add(row[cell.Slot], row.Rowtime);
            return;
        }

        _scratch.Scratch.ForgetResults();
        var view = ViewOf(row);
        state.Add(argument.Evaluate(in view), row.Rowtime);
    }

    /// <summary>Sets a column to what a value becomes in its declared type; false if it does not fit.</summary>
    public bool TryConvert(
        RowBuffer target, int slot, scoped in SqlValue value, SqlDataType? type, SqlDataType? source)
    {
        if (type is not { } wanted || Casting.IsAlready(in value, wanted))
        {
            target.Set(slot, in value);
            return true;
        }

        _scratch.Scratch.ForgetResults();
        var converted = Casting.To(in value, wanted, source, target.Rowtime, _scratch.Scratch);
        target.Set(slot, in converted);
        return value.IsNull || !converted.IsNull;
    }

    private Row ViewOf(RowBuffer row) => new()
    {
        Columns = _scratch,
        Json = default,
        PartitionKey = default,
        RowtimeUnixMicroseconds = row.Rowtime,
        Cells = row.Cells,
    };
}
