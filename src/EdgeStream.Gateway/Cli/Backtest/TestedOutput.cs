namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>A stream that a query to be back-tested fills.</summary>
/// <param name="From">The in-application stream.</param>
/// <param name="Stream">The stream of the gateway.</param>
/// <param name="KeyColumn">The column whose value is a row's key; null for <paramref name="DefaultKey"/>.</param>
/// <param name="DefaultKey">The key of a row that has none.</param>
/// <param name="IsKeyAsked">Whether a person asked for the column, so that rows without it are a mistake.</param>
internal sealed record TestedOutput(
    string From, string Stream, string? KeyColumn, string DefaultKey, bool IsKeyAsked = false);
