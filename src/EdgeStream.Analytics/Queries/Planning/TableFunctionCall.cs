using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A table function as a query calls it.</summary>
/// <param name="Text">The whole text of the query.</param>
/// <param name="Token">The function's name in it.</param>
/// <param name="Columns">The columns of the cursor.</param>
/// <param name="Arguments">The arguments behind the cursor; <see cref="Constants"/> reads them.</param>
internal sealed record TableFunctionCall(
    string Text, Token Token, IReadOnlyList<SchemaColumn> Columns, IReadOnlyList<Syntax> Arguments);
