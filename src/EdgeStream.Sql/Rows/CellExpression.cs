namespace EdgeStream.Sql;

/// <summary>A column of a typed row.</summary>
internal sealed class CellExpression(int slot, SqlDataType? type) : Expression(type)
{
    /// <summary>Which column; set anew where the columns of a row are known only when all of a query is.</summary>
    public int Slot { get; set; } = slot;

    public override SqlValue Evaluate(scoped in Row row) => row.Cells[Slot].Value;
}
