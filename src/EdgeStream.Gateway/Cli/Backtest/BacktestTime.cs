using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>The time that a back-test is about.</summary>
/// <param name="From">Its beginning; null for all there is.</param>
/// <param name="To">Its end; null for now.</param>
/// <param name="WarmUp">How much before the beginning is evaluated, too.</param>
/// <param name="LagMax">By how much later than its rows' times a query's alerts may have been raised.</param>
internal sealed record BacktestTime(Timestamp? From, Timestamp? To, TimeSpan WarmUp, TimeSpan LagMax)
{
    /// <summary>The arrival of the first record that is evaluated.</summary>
    public Timestamp? FirstArrival => From is { } from
        ? new Timestamp(from.UnixMicroseconds - (WarmUp.Ticks / TimeSpan.TicksPerMicrosecond))
        : null;
}
