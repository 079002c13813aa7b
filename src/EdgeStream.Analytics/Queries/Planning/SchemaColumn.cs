using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A column of rows: its name as it stands for itself, and its type where one is known.</summary>
internal sealed record SchemaColumn(string Name, SqlDataType? Type);
