using System.Collections.Concurrent;
using System.Text;
using EdgeStream.Analytics;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Benchmarks.Areas.Alerts;

/// <summary>Measures alerts of a running engine on a real disk.</summary>
internal sealed class AlertDelay : IAlertPublisher, IAlertAction
{
    private readonly BlockingCollection<long> _fired = [];
    private readonly BlockingCollection<long> _told = [];

    /// <inheritdoc/>
    public string Kind => "bench";

    /// <inheritdoc/>
    public bool IsLevel => false;

    /// <inheritdoc/>
    public bool EndsWithAcknowledgement => false;

    /// <summary>Milliseconds from each reading's acknowledgement to its alert, and to its action.</summary>
    public static async Task<(List<double> Fired, List<double> Told)> MeasureAsync(string folder, int count)
    {
        var delay = new AlertDelay();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder });
        var readings = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "readings" });
        await store.CreateOrUpdateAsync(new StreamDefinition { Name = AlertJson.StreamName });
        var rule = new ThresholdRuleDefinition { Name = "hot", Stream = "readings", Field = "t", Above = 30 };
        await using var engine = await RuleEngine.StartAsync(store, [rule], delay, NullLogger<RuleEngine>.Instance);
        var desk = new AlertDesk(store.State, TimeProvider.System);
        await using var actions = await ActionEngine.StartAsync(
            store, [new ActionDefinition { Name = "bench", Action = delay }],
            new ActionOptions { Flapping = FlapOptions.Off }, desk, NullLogger<ActionEngine>.Instance);
        var (fired, told) = (new List<double>(), new List<double>());
        for (var index = 0; index < 2 * count; index++)
        {
            var data = Encoding.UTF8.GetBytes(index % 2 == 0 ? """{"t":31}""" : """{"t":20}""");
            await readings.AppendAsync("k"u8.ToArray(), data);
            var durable = TimeProvider.System.GetTimestamp();
            fired.Add(Milliseconds(durable, delay._fired.Take()));
            told.Add(Milliseconds(durable, delay._told.Take()));
        }

        return (fired, told);
    }

    /// <inheritdoc/>
    public ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _fired.Add(TimeProvider.System.GetTimestamp(), cancellationToken);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        _told.Add(TimeProvider.System.GetTimestamp(), cancellationToken);
        return ValueTask.FromResult(ActionResult.Done);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Readers see a record a moment before its writer is told that it is durable.</summary>
    private static double Milliseconds(long from, long to) =>
        Math.Max(0, TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds);
}
