using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>What an aggregation groups by and computes; its rows are the keys, then the results, then the bounds of the
/// window.</summary>
internal sealed record Grouping(
    Expression[] Keys, AggregateFunction[] Functions, Expression?[] Arguments)
{
    /// <summary>The column of the time at which a group's window begins; the next one is that of its end.</summary>
    public int WindowStartSlot => Keys.Length + Functions.Length;

    public int ColumnCount => WindowStartSlot + 2;
}
