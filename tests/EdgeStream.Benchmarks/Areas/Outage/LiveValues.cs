using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>Appends a record every tenth of a second, and asks the sink when each came.</summary>
internal sealed class LiveValues(GatewayApi api, ArrivalSink sink, int firstNumber)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ArrivalDeadline = TimeSpan.FromMinutes(2);

    private readonly List<long> _appendedAt = [];

    /// <summary>Appends until it is told to end.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        using var timer = new PeriodicTimer(Period);
        while (!ending.IsCancellationRequested)
        {
            _appendedAt.Add(TimeProvider.System.GetTimestamp());
            await api.PublishAsync("readings", "live", string.Create(
                CultureInfo.InvariantCulture, $$"""{"number":{{firstNumber + _appendedAt.Count - 1}}}"""));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until all came; when each was appended and when it came, as timestamps.</summary>
    public async Task<IReadOnlyList<(long AppendedAt, long ArrivedAt)>> TimesAsync()
    {
        await Poll.UntilAsync(
            () => _appendedAt.Select((_, at) => sink.ArrivalOf(firstNumber + at)).All(at => at is not null),
            ArrivalDeadline,
            () => $"{_appendedAt.Count} live records, of which some did not come.");
        return [.. _appendedAt.Select((appendedAt, at) => (appendedAt, sink.ArrivalOf(firstNumber + at)!.Value))];
    }
}
