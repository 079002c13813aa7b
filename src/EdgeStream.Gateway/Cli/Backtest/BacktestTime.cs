using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>The time that a back-test is about.</summary>
/// <param name="From">Its beginning; null for all there is.</param>
/// <param name="To">Its end; null for now.</param>
/// <param name="WarmUp">How much before the beginning is evaluated, too.</param>
internal sealed record BacktestTime(Timestamp? From, Timestamp? To, TimeSpan WarmUp)
{
    /// <summary>The arrival of the first record that is evaluated.</summary>
    public Timestamp? FirstArrival => From is { } from
        ? new Timestamp(from.UnixMicroseconds - (WarmUp.Ticks / TimeSpan.TicksPerMicrosecond))
        : null;
}
