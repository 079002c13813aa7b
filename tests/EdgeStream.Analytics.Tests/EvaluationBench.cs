using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

/// <summary>A store on a real folder whose rules can be stopped without saving, as a kill does, and started
/// again.</summary>
internal sealed class EvaluationBench : IAlertPublisher, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<RuleDefinition> _rules;
    private readonly StreamStore _store;
    private readonly DataStream _input;
    private readonly DataStream _alerts;
    private ShardEvaluator? _evaluator;

    private EvaluationBench(
        TemporaryFolder folder, StreamStore store, DataStream input, DataStream alerts,
        IReadOnlyList<RuleDefinition> rules, RuleEngineOptions options)
    {
        _folder.Dispose();
        (_folder, _store, _input, _alerts, _rules, Options) = (folder, store, input, alerts, rules, options);
    }

    public TestTime Time { get; } = new();

    /// <summary>What the next start uses.</summary>
    public RuleEngineOptions Options { get; set; }

    public AlertBook Book { get; private set; } = new(100);

    public Exception? Failure => _evaluator?.Failure;

    public List<Alert> Published { get; } = [];

    public static async Task<EvaluationBench> OpenAsync(IReadOnlyList<RuleDefinition> rules, RuleEngineOptions options)
    {
        var folder = new TemporaryFolder();
        var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var input = await store.CreateOrUpdateAsync(Small("readings"));
        var alerts = await store.CreateOrUpdateAsync(Small("alerts"));
        return new EvaluationBench(folder, store, input, alerts, rules, options);
    }

    /// <summary>Starts the rules, after a kill if they were running: nothing is saved.</summary>
    public async Task RestartAsync()
    {
        _evaluator?.Dispose();
        Book = new AlertBook(100);
        var evaluation = new ShardEvaluation(
            _store.State, _alerts, Book, this, Options, Time, NullLogger.Instance);
        var consumer = _store.OpenConsumer(_input, "rules", ShardPosition.Latest);
        _evaluator = new ShardEvaluator(evaluation, consumer, _input.Shards[0], _rules);
        await _evaluator.StartAsync(CancellationToken.None);
    }

    public async Task AppendAsync(string key, string data, DateTimeOffset eventTime)
    {
        var receipt = await _input.AppendAsync(
            Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(data), Timestamp.From(eventTime));
        await receipt.WhenAcknowledged();
    }

    /// <summary>Evaluates until the input's end, or a number of steps.</summary>
    public async Task EvaluateAsync(int stepsMax = int.MaxValue)
    {
        for (var step = 0; step < stepsMax && !await _evaluator!.StepAsync(CancellationToken.None); step++)
        {
        }
    }

    /// <summary>How many entries of rules' state are saved.</summary>
    public int SavedStates() => _store.State.List("rules/")
        .Count(entry => entry.Key.Contains("/states/", StringComparison.Ordinal));

    /// <summary>The alerts stream, without the times of arrival, which differ from run to run.</summary>
    public List<string> AlertStream()
    {
        var alerts = new List<string>();
        using var reader = _alerts.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        while (reader.TryRead(out var record))
        {
            Assert.True(AlertJson.TryRead(record.Data, out var alert));
            alerts.Add($"{Encoding.UTF8.GetString(record.PartitionKey)} {alert.Id} {alert.State} {alert.Value} "
                + $"{alert.Threshold:R} {alert.Message}");
        }

        return alerts;
    }

    public ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Published.Add(alert);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _evaluator?.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private static StreamDefinition Small(string name) => new()
    {
        Name = name,
        SegmentSizeBytes = 64 << 10,
        Durability = Durability.OperatingSystem,
    };
}
