using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>One window of a sliding aggregation, and the functions over it.</summary>
/// <param name="Partition">The keys of PARTITION BY.</param>
/// <param name="IsRows">Whether <paramref name="Preceding"/> counts rows, and not microseconds.</param>
/// <param name="Preceding">How far the window reaches back behind the current row; <see cref="long.MaxValue"/> where
/// nothing leaves it.</param>
/// <param name="Functions">The functions.</param>
/// <param name="Arguments">Their arguments; null for COUNT(*).</param>
internal sealed record SlidingWindow(
    Expression[] Partition,
    bool IsRows,
    long Preceding,
    AggregateFunction[] Functions,
    Expression?[] Arguments);
