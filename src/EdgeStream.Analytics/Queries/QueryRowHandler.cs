namespace EdgeStream.Analytics;

/// <summary>Takes a row of a query.</summary>
/// <remarks>Called by the thread that evaluates the query: it must return soon, and not throw.</remarks>
/// <param name="row">The row; valid until the call returns.</param>
public delegate void QueryRowHandler(QueryRow row);
