using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A column of a stream of the gateway: what it is called, its type where one is declared, and where
/// its values
/// come from.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The declared type; null where each record decides.</param>
/// <param name="Origin">Where its values come from.</param>
/// <param name="Paths">Where it stands in a JSON record: the first of these that is there.</param>
/// <param name="Position">Which field of a CSV line or group of an expression it is.</param>
internal sealed record SourceColumn(
    string Name, SqlDataType? Type, ColumnOrigin Origin, IReadOnlyList<ColumnPath> Paths, int Position = 0);
