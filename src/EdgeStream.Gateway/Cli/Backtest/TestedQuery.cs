namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>A query to be back-tested.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sql">Its statements; null for a query that the gateway knows by its name.</param>
/// <param name="Outputs">Where its rows go.</param>
internal sealed record TestedQuery(string Name, string? Sql, IReadOnlyList<TestedOutput> Outputs)
{
    /// <summary>The same with a column as the key of the rows.</summary>
    public TestedQuery KeyedBy(string column) => this with
    {
        Outputs = [.. Outputs.Select(output => output with { KeyColumn = column, IsKeyAsked = true })],
    };
}
