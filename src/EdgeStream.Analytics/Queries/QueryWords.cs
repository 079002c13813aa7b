using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The words of the language, for whoever helps people to write it.</summary>
public static class QueryWords
{
    /// <summary>Words of statements and clauses, and of types, in upper case.</summary>
    public static IReadOnlyList<string> Keywords { get; } =
    [
        "ALL", "ALTER", "AND", "AS", "ASC", "BETWEEN", "BIGINT", "BOOLEAN", "BY", "CASE", "CAST", "CREATE", "CURSOR",
        "DATE", "DAY", "DECIMAL", "DESC", "DESCRIPTOR", "DISTINCT", "DOUBLE", "DROP", "ELSE", "END", "FALSE", "FROM",
        "FULL", "GROUP", "HAVING", "HOP", "HOUR", "IN", "INNER", "INSERT", "INTEGER", "INTERVAL", "INTO", "IS", "JOIN",
        "LEFT", "LIKE", "MINUTE", "MONTH", "NOT", "NULL", "ON", "OR", "ORDER", "OVER", "PARTITION", "PRECEDING", "PUMP",
        "RANGE", "REPLACE", "RIGHT", "ROWS", "ROWTIME", "SECOND", "SELECT", "SESSION", "STAGGER", "START", "STOP",
        "STREAM", "TABLE", "THEN", "TIME", "TIMESTAMP", "TO", "TRUE", "TUMBLE", "UNION", "VARCHAR", "WHEN", "WHERE",
        "WINDOW", "WINDOWED", "YEAR",
    ];

    /// <summary>The functions, aggregates and table functions among them, in upper case and in order.</summary>
    public static IReadOnlyList<string> Functions { get; } =
    [
        .. FunctionTable.Names.Concat(AggregateTypes.Names).Concat(TableFunctions.Names)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Columns that every stream of the gateway has, in upper case.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["ROWTIME", .. SourceStream.BuiltInNames];
}
