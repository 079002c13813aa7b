using System.Collections.Concurrent;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

/// <summary>Rules on a stream whose shards are split while they watch it.</summary>
public sealed class ReshardedStreamTests : IAlertPublisher, IDisposable
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
    public async Task Rules_go_on_with_the_children_and_an_alert_that_stood_is_resolved_once()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await CreateAsync(store);
        await using (await StartAsync(store))
        {
            await AppendAsync(stream, """{"value":31}""");
            Assert.Equal(AlertState.Firing, Take().State);
            await store.SplitShardAsync("readings", "shardId-000000000000", UInt128.MaxValue / 2);
            Assert.Equal(AlertState.Resolved, Take().State);
            await AppendAsync(stream, """{"value":32}""");
            Assert.Equal(AlertState.Firing, Take().State);
        }

        await using var engine = await StartAsync(store);
        Assert.Single(engine.Alerts.Snapshot(), alert => alert.State == AlertState.Firing);
        await AppendAsync(stream, """{"value":20}""");
        Assert.Equal(AlertState.Resolved, Take().State);
        Assert.Empty(_published);
    }

    [Fact]
    public async Task Records_of_a_child_that_came_while_no_rule_ran_are_evaluated_after_the_parents()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await CreateAsync(store);
        await using (await StartAsync(store))
        {
            await AppendAsync(stream, """{"value":20}""");
        }

        await AppendAsync(stream, """{"value":31}""");
        await store.UpdateShardCountAsync("readings", 3);
        await AppendAsync(stream, """{"value":20}""");
        await AppendAsync(stream, """{"value":33}""");

        await using var engine = await StartAsync(store);
        var values = new List<double>();
        while (values is not [.., 33])
        {
            var alert = Take();
            if (alert.State == AlertState.Firing)
            {
                values.Add(alert.Value);
            }
        }

        Assert.Equal([31, 33], values);
    }

    public ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _published.Add(alert, cancellationToken);
        return ValueTask.CompletedTask;
    }

    private static async Task<DataStream> CreateAsync(StreamStore store) => await store.CreateOrUpdateAsync(
        new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 });

    private static async Task AppendAsync(DataStream stream, string data) =>
        await stream.AppendAsync("sensor"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(data));

    private async Task<RuleEngine> StartAsync(StreamStore store) => await RuleEngine.StartAsync(
        store, [RuleBench.Above(30)], this, NullLogger<RuleEngine>.Instance);

    private Alert Take() => _published.TryTake(out var alert, Deadline)
        ? alert
        : throw new TimeoutException("No alert was published.");
}
