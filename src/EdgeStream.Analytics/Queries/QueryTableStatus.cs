using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>How a table that a query joins stands.</summary>
/// <param name="Name">The table's name in the query.</param>
/// <param name="Place">The file, or where else it comes from.</param>
/// <param name="Rows">Rows that are joined.</param>
/// <param name="ChangedAt">When what is joined was made; null where nobody knows, as after a restart until it is looked
/// at.</param>
/// <param name="CheckedAt">When what is joined was last known to be the newest; null where it never was.</param>
/// <param name="Failure">Why the table is not what its place has now; null if it is. What it was before is
/// joined.</param>
public sealed record QueryTableStatus(
    string Name, string Place, int Rows, Timestamp? ChangedAt, Timestamp? CheckedAt, string? Failure);
