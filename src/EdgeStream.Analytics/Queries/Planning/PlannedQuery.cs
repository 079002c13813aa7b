namespace EdgeStream.Analytics;

/// <summary>A query whose names and types are known.</summary>
/// <param name="Columns">The columns of its rows.</param>
/// <param name="Connect">Makes its operators and has their rows go to an operator; called once, when everything is
/// planned.</param>
internal sealed record PlannedQuery(IReadOnlyList<SchemaColumn> Columns, Action<QueryContext, RowSink> Connect);
