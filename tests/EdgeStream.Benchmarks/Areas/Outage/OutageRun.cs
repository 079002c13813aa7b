using System.Globalization;
using System.Text;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>One outage: the destination is away, records wait, it comes back, all goes out.</summary>
internal static class OutageRun
{
    private const int PageRecords = 500;
    private const int DeviceCount = 200;
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The gateway's configuration.</summary>
    /// <param name="destination">Where the records go.</param>
    /// <param name="port">The destination's port.</param>
    /// <param name="settings">More keys of the delivery, one a line.</param>
    public static string ConfigOf(OutageDestination destination, int port, string settings) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        sensors:
          board:
            enabled: false
        rules: []
        deliveries:
          - name: up
            stream: readings
            bufferTime: 0s
            bufferSize: 256KiB
            {settings.ReplaceLineEndings("\n    ")}
            {destination.Config(port).ReplaceLineEndings("\n    ")}

        """);

    /// <summary>Runs it.</summary>
    /// <param name="destination">Where the records go.</param>
    /// <param name="plan">How long it is.</param>
    /// <param name="settings">More keys of the delivery, one a line.</param>
    /// <param name="isLiveFirst">Whether they are those of a delivery that sends what is new first.</param>
    public static async Task<OutageFigures> RunAsync(
        OutageDestination destination, OutagePlan plan, string settings, bool isLiveFirst)
    {
        using var folder = new TemporaryFolder("outage");
        using var sink = destination.Open(plan.RecordCount, isLiveFirst);
        await using var gateway = await GatewayProcess.StartReadyAsync(
            QuietGateway.Launch(folder, ConfigOf(destination, sink.Port, settings)));
        await Task.Delay(plan.IdleTime);
        var idle = OutageMemory.Of(gateway.Id);

        var began = TimeProvider.System.GetTimestamp();
        var coming = await WatchAsync(gateway, AppendAsync(gateway.Api, plan.RecordCount));
        var left = plan.OutageTimeMin - TimeProvider.System.GetElapsedTime(began);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        var waiting = OutageMemory.Of(gateway.Id);

        var live = new LiveValues(gateway.Api, sink, plan.RecordCount);
        using var ending = new CancellationTokenSource();
        var openedAt = sink.Open();
        var appending = Task.Run(() => live.RunAsync(ending.Token));
        var draining = await WatchAsync(gateway, Poll.UntilAsync(
            () => appending.IsFaulted || sink.DrainedAt != 0, DrainDeadline,
            () => $"{sink.BacklogCount} of {plan.RecordCount} records came. {gateway.Output}"));
        await ending.CancelAsync();
        await appending;
        var times = await live.TimesAsync();
        await gateway.TerminateAsync();
        return FiguresOf(plan, sink, openedAt, times, idle, coming, waiting, draining);
    }

    private static OutageFigures FiguresOf(
        OutagePlan plan, ArrivalSink sink, long openedAt, IReadOnlyList<(long AppendedAt, long ArrivedAt)> times,
        OutageMemory idle, OutageMemory coming, OutageMemory waiting, OutageMemory draining)
    {
        var firstLiveAt = times.Min(time => time.ArrivedAt);
        var ages = times.Where(time => time.AppendedAt >= sink.FirstAt && time.AppendedAt <= sink.DrainedAt)
            .Select(time => Seconds(time.AppendedAt, time.ArrivedAt)).ToList();
        return new OutageFigures(
            idle, coming, waiting, draining,
            Seconds(openedAt, sink.FirstAt),
            Seconds(sink.FirstAt, firstLiveAt),
            ages.Count == 0 ? 0 : Statistic.Median(ages),
            ages.Count == 0 ? 0 : ages.Max(),
            plan.RecordCount / Seconds(sink.FirstAt, sink.DrainedAt),
            sink.Repeats,
            sink.IsBacklogInOrder);
    }

    private static double Seconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;

    /// <summary>The most memory that was seen until something is over.</summary>
    private static async Task<OutageMemory> WatchAsync(GatewayProcess gateway, Task task)
    {
        var most = OutageMemory.Of(gateway.Id);
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, Task.Delay(LookInterval));
            most = most.Or(OutageMemory.Of(gateway.Id));
        }

        await task;
        return most;
    }

    /// <summary>Appends readings of machines, numbered from 0, page by page.</summary>
    private static async Task AppendAsync(GatewayApi api, int recordCount)
    {
        for (var first = 0; first < recordCount; first += PageRecords)
        {
            var page = new StringBuilder("""{"records":[""");
            for (var number = first; number < first + PageRecords; number++)
            {
                var device = number % DeviceCount;
                page.Append(number == first ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""
                    {"key":"plant/line-{{device % 7}}/{{device}}","data":{"number":{{number}},
                    """);
                page.Append(CultureInfo.InvariantCulture, $$"""
                    "temperature":{{18 + (number % 90 * 0.1):0.0}},"pressure":{{990 + (number % 40)}}
                    """).Append("}}");
            }

            page.Append("]}");
            var (status, body) = await api.PostAsync("/api/streams/readings/records", page.ToString());
            if ((int)status != 200)
            {
                throw new InvalidOperationException($"The gateway answered {(int)status}: {body}");
            }
        }
    }
}
