using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A column of a query's rows.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as SQL writes it; null where each row decides.</param>
public sealed record QueryColumn(string Name, SqlDataType? Type);
