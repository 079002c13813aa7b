using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

/// <summary>
/// A store whose rules can be stopped without saving, as a kill does, and started again; on a real folder, or on a disk
/// that loses power.
/// </summary>
internal sealed class EvaluationBench : IAlertPublisher, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<RuleDefinition> _rules;
    private readonly IDisk? _disk;
    private readonly Durability? _inputDurability;
    private StreamStore _store = null!;
    private DataStream _input = null!;
    private DataStream _alerts = null!;
    private ShardEvaluator? _evaluator;

    private EvaluationBench(
        IReadOnlyList<RuleDefinition> rules, RuleEngineOptions options, IDisk? disk, Durability? inputDurability) =>
        (_rules, Options, _disk, _inputDurability) = (rules, options, disk, inputDurability);

    public TestTime Time { get; } = new();

    /// <summary>What the next start uses.</summary>
    public RuleEngineOptions Options { get; set; }

    public AlertBook Book { get; private set; } = new(100);

    public Exception? Failure => _evaluator?.Failure;

    public List<Alert> Published { get; } = [];

    public IReadOnlyList<PendingAlert> Pending => _evaluator!.Pending;

    /// <summary>Takes a record of the input.</summary>
    public delegate void OnRecord(in StreamRecord record);

    /// <summary>Records of the input that are there.</summary>
    public long InputRecords => _input.Shards[0].NewestSequence.Value;

    public static async Task<EvaluationBench> OpenAsync(
        IReadOnlyList<RuleDefinition> rules,
        RuleEngineOptions options,
        IDisk? disk = null,
        int alertShards = 1,
        Durability? inputDurability = null)
    {
        var bench = new EvaluationBench(rules, options, disk, inputDurability);
        await bench.OpenStoreAsync(alertShards);
        return bench;
    }

    /// <summary>Opens what a power cut has left, and starts the rules.</summary>
    public async Task ReopenAsync(Action cutPower)
    {
        var alertShards = _alerts.Shards.Count;
        _evaluator?.Dispose();
        _evaluator = null;
        await _store.DisposeAsync();
        cutPower();
        await OpenStoreAsync(alertShards);
        await RestartAsync();
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

    /// <summary>Reads the whole input.</summary>
    public void ReadInput(OnRecord onRecord)
    {
        using var reader = new UserRecordReader(_input.Shards[0].OpenReader(ShardPosition.TrimHorizon));
        while (reader.TryRead(out var record))
        {
            onRecord(in record);
        }
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
        foreach (var shard in _alerts.Shards)
        {
            using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
            while (reader.TryRead(out var record))
            {
                Assert.True(AlertJson.TryRead(record.Data, out var alert));
                alerts.Add($"{Encoding.UTF8.GetString(record.PartitionKey)} {alert.Id} {alert.State} {alert.Value} "
                    + $"{alert.Threshold:R} {alert.Message}");
            }
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

    private async Task OpenStoreAsync(int alertShards)
    {
        _store = StreamStore.Open(_disk is null
            ? new StreamStoreOptions { Folder = _folder.Path }
            : new StreamStoreOptions { Folder = _folder.Path, Disk = _disk });
        _input = await _store.CreateOrUpdateAsync(
            Small("readings") with { Durability = _inputDurability ?? Small("readings").Durability });
        _alerts = await _store.CreateOrUpdateAsync(Small("alerts") with { ShardCount = alertShards });
    }

    private StreamDefinition Small(string name) => new()
    {
        Name = name,
        SegmentSizeBytes = 64 << 10,
        Durability = _disk is null ? Durability.OperatingSystem : Durability.Fsync,
    };
}
