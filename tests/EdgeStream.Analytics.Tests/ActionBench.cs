using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

/// <summary>A store whose alerts stream one action reads; it can be killed (nothing is saved) and started again, on a
/// folder or on a disk that loses power.</summary>
internal sealed class ActionBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SimulatedDisk? _disk;
    private StreamStore _store = null!;
    private DataStream _alerts = null!;
    private ActionRunner? _runner;
    private int _made;

    private ActionBench(SimulatedDisk? disk) => _disk = disk;

    public TestTime Time { get; } = new();

    public RecordingAction Action { get; set; } = new();

    public ActionOptions Options { get; set; } = new() { Flapping = FlapOptions.Off };

    public Func<ActionDefinition, ActionDefinition> Change { get; set; } = definition => definition;

    public AlertDesk Desk { get; private set; } = null!;

    public ActionStatus Status => _runner!.Status;

    public StreamStore Store => _store;

    public static async Task<ActionBench> OpenAsync(Action<ActionBench>? prepare = null, SimulatedDisk? disk = null)
    {
        var bench = new ActionBench(disk);
        prepare?.Invoke(bench);
        await bench.OpenStoreAsync();
        await bench.RestartAsync();
        return bench;
    }

    /// <summary>Starts the action anew; where one was running it was killed.</summary>
    public async Task RestartAsync()
    {
        Desk = new AlertDesk(_store.State, Time);
        var definition = Change(new ActionDefinition { Name = "act", Action = Action });
        _runner = new ActionRunner(_store, _alerts, definition, Options, Desk, Time, NullLogger.Instance);
        await _runner.StartAsync(CancellationToken.None);
    }

    /// <summary>Opens what a power cut has left, without starting the action.</summary>
    public async Task CutPowerAsync()
    {
        await _store.DisposeAsync();
        _disk!.CutPower();
        _disk.OperationsUntilOff = int.MaxValue;
        await OpenStoreAsync();
        Desk = new AlertDesk(_store.State, Time);
    }

    /// <summary>Appends that an alert fires, and has the action look.</summary>
    public async Task<Alert> FireAsync(
        string rule = "hot", string key = "k", RuleSeverity severity = RuleSeverity.Warning, LabelSet? labels = null)
    {
        var now = Timestamp.From(Time.Now);
        var alert = new Alert
        {
            Id = $"a{++_made}", Rule = rule, Severity = severity, State = AlertState.Firing, Key = key, Field = "t",
            Value = 31, Threshold = 30, Message = "hot", Labels = labels ?? LabelSet.None, FiredAt = now,
        };
        await AppendAsync(alert);
        await StepAsync();
        return alert;
    }

    public async Task ResolveAsync(Alert alert)
    {
        await AppendAsync(AlertSink.Resolve(alert, 20, Timestamp.From(Time.Now)));
        await StepAsync();
    }

    public async Task PassAsync(double seconds)
    {
        Time.Pass(TimeSpan.FromSeconds(seconds));
        await StepAsync();
    }

    public async Task StepAsync() => await _runner!.StepAsync(CancellationToken.None);

    public async Task AppendAsync(Alert alert) =>
        await _alerts.AppendAsync(Encoding.UTF8.GetBytes(alert.Rule), AlertJson.ToBytes(alert));

    public Task<Silence> SilenceAsync(string? rule = null, string? key = null, double seconds = 3600) =>
        Desk.SilenceAsync(new Silence
        {
            Id = "", Rule = rule, Key = key, CreatedAt = default,
            Until = Timestamp.From(Time.Now.AddSeconds(seconds)),
        }).AsTask();

    public List<string> Records(string name)
    {
        Assert.True(_store.TryGet(name, out var stream));
        var records = new List<string>();
        using var reader = stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        while (reader.TryRead(out var record))
        {
            records.Add($"{Encoding.UTF8.GetString(record.PartitionKey)} {Encoding.UTF8.GetString(record.Data)}");
        }

        return records;
    }

    public async ValueTask DisposeAsync()
    {
        await _runner!.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenStoreAsync()
    {
        var options = new StreamStoreOptions { Folder = _folder.Path };
        _store = StreamStore.Open(_disk is null ? options : options with { Disk = _disk });
        _alerts = await _store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "alerts", SegmentSizeBytes = 64 << 10 });
        await _store.CreateOrUpdateAsync(new StreamDefinition { Name = "errors", SegmentSizeBytes = 64 << 10 });
    }
}
