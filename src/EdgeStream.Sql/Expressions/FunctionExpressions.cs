namespace EdgeStream.Sql;

/// <summary>A function of one value that is not NULL and of the type that was asked for; what it makes of text goes
/// into the scratch.</summary>
internal delegate SqlValue Function1(scoped in SqlValue value, Scratch scratch);

internal delegate SqlValue Function2(scoped in SqlValue first, scoped in SqlValue second, Scratch scratch);

internal delegate SqlValue Function3(
    scoped in SqlValue first, scoped in SqlValue second, scoped in SqlValue third, Scratch scratch);

internal delegate SqlValue Function4(
    scoped in SqlValue first, scoped in SqlValue second, scoped in SqlValue third, scoped in SqlValue fourth,
    Scratch scratch);

/// <summary>Calls a function; NULL for a NULL argument.</summary>
internal sealed class Function1Expression(Function1 function, SqlDataType? type, Expression argument)
    : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = argument.Evaluate(in row);
        return value.IsNull ? SqlValue.Null : function(in value, row.Scratch);
    }
}

internal sealed class Function2Expression(
    Function2 function, SqlDataType? type, Expression first, Expression second) : Expression(type)
{
    /// <summary>Whether the function rounds the first value down by steps that the second one is the size of.</summary>
    public bool IsStep { get; init; }

    public override bool FollowsRowtime => IsStep && first.FollowsRowtime && second is ConstantExpression;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = first.Evaluate(in row);
        var other = second.Evaluate(in row);
        return value.IsNull || other.IsNull ? SqlValue.Null : function(in value, in other, row.Scratch);
    }
}

internal sealed class Function3Expression(
    Function3 function, SqlDataType? type, Expression first, Expression second, Expression third) : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = first.Evaluate(in row);
        var other = second.Evaluate(in row);
        var last = third.Evaluate(in row);
        return value.IsNull || other.IsNull || last.IsNull
            ? SqlValue.Null : function(in value, in other, in last, row.Scratch);
    }
}

internal sealed class Function4Expression(
    Function4 function, SqlDataType? type, Expression first, Expression second, Expression third, Expression fourth)
    : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = first.Evaluate(in row);
        var other = second.Evaluate(in row);
        var next = third.Evaluate(in row);
        var last = fourth.Evaluate(in row);
        return value.IsNull || other.IsNull || next.IsNull || last.IsNull
            ? SqlValue.Null : function(in value, in other, in next, in last, row.Scratch);
    }
}
