using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>How two sides of a join meet. A row of the join has the columns of the left side, its ROWTIME, those of the
/// right side, and its ROWTIME.</summary>
/// <param name="LeftColumnCount">Columns of the left side, without ROWTIME.</param>
/// <param name="RightColumnCount">Columns of the right side, without ROWTIME.</param>
/// <param name="LeftKeys">What must be equal, over a row of the left side.</param>
/// <param name="RightKeys">The same over a row of the right side.</param>
/// <param name="Condition">The whole condition, over a row of the join.</param>
/// <param name="Kind">Which rows come out without a partner.</param>
internal sealed record JoinPlan(
    int LeftColumnCount,
    int RightColumnCount,
    IReadOnlyList<Expression> LeftKeys,
    IReadOnlyList<Expression> RightKeys,
    Expression Condition,
    JoinKind Kind)
{
    public int ColumnCount => LeftColumnCount + RightColumnCount + 2;

    public int RightStart => LeftColumnCount + 1;
}
