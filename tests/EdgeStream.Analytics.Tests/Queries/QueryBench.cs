using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

/// <summary>A store whose queries can be stopped without saving, as a kill does, and started again; on a real
/// folder, or
/// on a disk that loses power. Steps are taken by the test.</summary>
internal sealed class QueryBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<QueryDefinition> _definitions;
    private readonly IDisk? _disk;
    private readonly int _inputShards;
    private readonly int _outputShards;
    private List<QueryReader> _readers = [];
    private StreamStore _store = null!;

    private QueryBench(
        IReadOnlyList<QueryDefinition> definitions, IDisk? disk, int inputShards, int outputShards) =>
        (_definitions, _disk, _inputShards, _outputShards) = (definitions, disk, inputShards, outputShards);

    public TestTime Time { get; } = new();

    public QueryEngineOptions Options { get; set; } = new() { SnapshotInterval = TimeSpan.FromDays(1) };

    /// <summary>The start of the machine that the store is opened in.</summary>
    public string Boot { get; set; } = "boot-1";

    public StreamStore Store => _store;

    public IReadOnlyList<QueryReader> Readers => _readers;

    public DataStream Input { get; private set; } = null!;

    public DataStream Output { get; private set; } = null!;

    public static async Task<QueryBench> OpenAsync(
        IReadOnlyList<QueryDefinition> definitions,
        IDisk? disk = null,
        int inputShards = 1,
        int outputShards = 1,
        DateTimeOffset? clockSays = null)
    {
        var bench = new QueryBench(definitions, disk, inputShards, outputShards);
        bench.Time.Now = clockSays ?? bench.Time.Now;
        await bench.OpenStoreAsync();
        await bench.RestartAsync();
        return bench;
    }

    /// <summary>Starts the queries, after a kill if they were running: nothing is saved.</summary>
    public async Task RestartAsync()
    {
        _readers.ForEach(reader => reader.Dispose());
        _readers = [];
        var restored = new Dictionary<string, QueryReader>(StringComparer.Ordinal);
        foreach (var definition in _definitions)
        {
            var fresh = QueryFactory.TryRestore(
                _store, definition, Options, Time, NullLogger.Instance, restored);
            if (fresh is null)
            {
                continue;
            }

            var key = QueryFactory.KeyOf(fresh.Graph);
            var reader = _readers.Find(other => other.Key == key);
            if (reader is null)
            {
                reader = QueryFactory.NewReader(_store, fresh.Graph, key, Options, Time, NullLogger.Instance);
                _readers.Add(reader);
            }

            reader.Add(fresh);
            await reader.SaveAsync(CancellationToken.None);
        }

        _readers.AddRange(restored.Values);
    }

    /// <summary>Opens what a power cut has left, and starts the queries.</summary>
    public async Task ReopenAsync(Action cutPower)
    {
        _readers.ForEach(reader => reader.Dispose());
        _readers = [];
        await _store.DisposeAsync();
        cutPower();
        await OpenStoreAsync();
        await RestartAsync();
    }

    public async Task AppendAsync(string key, string data, Timestamp? eventTime = null)
    {
        var receipt = await Input.AppendAsync(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(data), eventTime);
        await receipt.WhenAcknowledged();
    }

    /// <summary>Reads to the input's end, and lets the clock close what is due.</summary>
    public async Task EvaluateAsync(int stepsMax = int.MaxValue)
    {
        foreach (var reader in _readers)
        {
            for (var step = 0; step < stepsMax && !await reader.StepAsync(CancellationToken.None); step++)
            {
            }
        }
    }

    public Task SaveAsync() =>
        Task.WhenAll(_readers.Select(reader => reader.SaveAsync(CancellationToken.None).AsTask()));

    /// <summary>The output stream: key, event time and data of every record, shard by shard.</summary>
    public List<string> OutputRows()
    {
        var rows = new List<string>();
        foreach (var shard in Output.Shards)
        {
            using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
            while (reader.TryRead(out var record))
            {
                rows.Add($"{Encoding.UTF8.GetString(record.PartitionKey)} {QueryScript.TimeText(record.EventTime)} "
                    + Encoding.UTF8.GetString(record.Data));
            }
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        _readers.ForEach(reader => reader.Dispose());
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenStoreAsync()
    {
        var options = new StreamStoreOptions { Folder = _folder.Path, Boot = new MachineBoot { Id = Boot } };
        _store = StreamStore.Open(_disk is null ? options : options with { Disk = _disk }, Time);
        Input = await _store.CreateOrUpdateAsync(Small("readings") with { ShardCount = _inputShards });
        Output = await _store.CreateOrUpdateAsync(Small("results") with { ShardCount = _outputShards });
    }

    private StreamDefinition Small(string name) => new()
    {
        Name = name,
        SegmentSizeBytes = 64 << 10,
        Durability = _disk is null ? Durability.OperatingSystem : Durability.Fsync,
    };
}
