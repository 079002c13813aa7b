using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

/// <summary>Rules on records that a producer library has packed together.</summary>
public sealed class AggregatedRecordTests : IAlertPublisher, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly BlockingCollection<Alert> _published = [];

    public void Dispose()
    {
        _folder.Dispose();
        _published.Dispose();
    }

    [Fact]
    public async Task Every_user_record_is_evaluated_under_its_own_key()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await CreateAsync(store);
        await using var engine = await StartAsync(store);
        await AppendAsync(stream, ("cold", 20), ("hot", 31), ("cold", 21), ("hotter", 32));
        Assert.Equal([("hot", 31), ("hotter", 32)], Take(2));
        await AppendAsync(stream, ("hot", 20), ("hotter", 20));
        Assert.Equal([("hot", 20), ("hotter", 20)], Take(2));
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_one_repeats_and_loses_no_alert()
    {
        const int Count = 1000;
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await CreateAsync(store);
        await using (await StartAsync(store))
        {
            // Each user record raises an alert of its own; the stop comes while they are written.
            await AppendAsync(stream, [.. Enumerable.Range(0, Count).Select(i => ($"k{i}", 31))]);
            Take(3);
        }

        await using var engine = await StartAsync(store);
        await Poll.UntilAsync(() => engine.Alerts.Snapshot().Count() == Count);
        Assert.True(store.TryGet("alerts", out var alerts));
        Assert.Equal(Count, alerts.Statistics.AppendedRecords);
        await AppendAsync(stream, ("last", 31));
        await Poll.UntilAsync(() => alerts.Statistics.AppendedRecords == Count + 1);
        using var reader = alerts.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        var keys = new HashSet<string>();
        while (reader.TryRead(out var record))
        {
            using var alert = JsonDocument.Parse(record.Data.ToArray());
            Assert.True(keys.Add(alert.RootElement.GetProperty("key").GetString()!));
        }
    }

    public ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _published.Add(alert, cancellationToken);
        return ValueTask.CompletedTask;
    }

    private static async Task<DataStream> CreateAsync(StreamStore store) => await store.CreateOrUpdateAsync(
        new StreamDefinition { Name = "readings", SegmentSizeBytes = 1 << 20 });

    private static async Task AppendAsync(DataStream stream, params (string Key, int Value)[] readings)
    {
        var aggregator = new RecordAggregator();
        foreach (var (key, value) in readings)
        {
            aggregator.Add(key, Encoding.UTF8.GetBytes($$"""{"value":{{value}}}"""));
        }

        await stream.AppendAsync("any"u8.ToArray(), aggregator.ToArray());
    }

    private async Task<RuleEngine> StartAsync(StreamStore store) => await RuleEngine.StartAsync(
        store, [RuleBench.Above(30)], this, NullLogger<RuleEngine>.Instance);

    private List<(string Key, int Value)> Take(int count)
    {
        var taken = new List<(string, int)>();
        while (taken.Count < count)
        {
            Assert.True(_published.TryTake(out var alert, Deadline), "No alert was published.");
            taken.Add((alert.Key, (int)alert.Value));
        }

        return taken;
    }
}
