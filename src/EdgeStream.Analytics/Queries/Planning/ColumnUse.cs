using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>What a column's name has come to.</summary>
/// <param name="Expression">The column over a row of the relation.</param>
/// <param name="Name">Its name in the schema.</param>
/// <param name="Id">The same text for the same column of the relation, however it is written.</param>
/// <param name="IsRowtime">Whether it is the row's own ROWTIME.</param>
internal readonly record struct ColumnUse(Expression Expression, string Name, string Id, bool IsRowtime = false)
{
    /// <summary>The row's own ROWTIME.</summary>
    public static ColumnUse Rowtime => new(new RowtimeExpression(), "ROWTIME", "rowtime", IsRowtime: true);
}
