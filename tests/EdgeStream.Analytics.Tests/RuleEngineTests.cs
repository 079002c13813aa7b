using System.Collections.Concurrent;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

public sealed class RuleEngineTests : IAlertPublisher, IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly BlockingCollection<Alert> _published = [];
    private StreamStore _store;

    public RuleEngineTests() => _store = Open();

    [Fact]
    public async Task An_alert_reaches_stream_book_and_publisher()
    {
        await CreateAsync();
        await using var engine = await StartAsync(RuleBench.Above(30));
        await AppendAsync("""{"value":31}""");

        var alert = Take();
        Assert.Equal(AlertState.Firing, alert.State);
        Assert.Equal(alert, Assert.Single(engine.Alerts.Snapshot()));
        Assert.Equal(AlertJson.ToBytes(alert), AlertJson.ToBytes(Assert.Single(AlertStream())));
        Assert.Equal(("firing", 1), (engine.Rules[0].State, engine.Rules[0].Firing));
        Assert.Null(engine.Failure);
    }

    [Fact]
    public async Task After_a_restart_alerts_stand_and_resolve_once()
    {
        await CreateAsync();
        await using (await StartAsync(RuleBench.Above(30)))
        {
            await AppendAsync("""{"value":31}""");
            Take();
        }

        await ReopenAsync();
        await using var engine = await StartAsync(RuleBench.Above(30));
        Assert.Equal(AlertState.Firing, Assert.Single(engine.Alerts.Snapshot()).State);
        Assert.Equal("firing", engine.Rules[0].State);

        await AppendAsync("""{"value":20}""");
        Assert.Equal(AlertState.Resolved, Take().State);
        Assert.Equal(2, AlertStream().Count);
        Assert.Equal("ok", engine.Rules[0].State);
    }

    [Fact]
    public async Task What_arrived_while_the_rules_were_off_is_evaluated_at_the_next_start()
    {
        await CreateAsync();
        await using (await StartAsync(RuleBench.Above(30)))
        {
        }

        await AppendAsync("""{"value":31}""");
        await using var engine = await StartAsync(RuleBench.Above(30));
        Assert.Equal(AlertState.Firing, Take().State);
    }

    [Fact]
    public async Task Records_from_before_the_first_start_raise_no_alert()
    {
        await CreateAsync();
        await AppendAsync("""{"value":31}""", "old");
        await using var engine = await StartAsync(RuleBench.Above(30));
        await AppendAsync("""{"value":31}""", "new");

        Assert.Equal("new", Take().Key);
        Assert.Single(AlertStream());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_or_removed_rule_resolves_its_alerts_and_loses_its_state(bool isRemoved)
    {
        await CreateAsync();
        await using (await StartAsync(RuleBench.Above(30)))
        {
            await AppendAsync("""{"value":31}""");
            Take();
        }

        await using var engine = await StartAsync(isRemoved ? [] : [RuleBench.Above(40)]);
        var resolved = Take();
        Assert.Equal((AlertState.Resolved, "Rule hot was changed or removed"), (resolved.State, resolved.Message));
        Assert.DoesNotContain(
            _store.State.List("rules/"), entry => entry.Key.Contains("/states/", StringComparison.Ordinal));
        Assert.Equal(2, AlertStream().Count);
    }

    [Fact]
    public async Task A_publisher_that_throws_does_not_stop_the_rules()
    {
        await CreateAsync();
        await using var engine = await RuleEngine.StartAsync(
            _store, [RuleBench.Above(30)], new ThrowingPublisher(this), NullLogger<RuleEngine>.Instance);
        await AppendAsync("""{"value":31}""");
        Take();
        await AppendAsync("""{"value":20}""");

        Assert.Equal(AlertState.Resolved, Take().State);
        Assert.Equal(2, AlertStream().Count);
    }

    [Fact]
    public async Task Rules_that_cannot_be_evaluated_are_refused_with_the_reason()
    {
        await CreateAsync();
        var rule = RuleBench.Above(30);

        await RefusesAsync("Streams are alerts, readings", rule with { Stream = "missing" });
        await RefusesAsync("Two rules are called hot", rule, rule);
        await RefusesAsync("hysteresis", rule with { Hysteresis = -1 });
        await RefusesAsync(
            "at most 1000", [.. Enumerable.Range(0, 1001).Select(index => rule with { Name = $"r{index}" })]);
    }

    public ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _published.Add(alert, cancellationToken);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
        _published.Dispose();
    }

    private StreamStore Open() => StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });

    private async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = Open();
    }

    private async Task CreateAsync()
    {
        await _store.CreateOrUpdateAsync(new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 });
        await _store.CreateOrUpdateAsync(new StreamDefinition { Name = "alerts", SegmentSizeBytes = 64 << 10 });
    }

    private ValueTask<RuleEngine> StartAsync(params RuleDefinition[] rules) =>
        RuleEngine.StartAsync(_store, rules, this, NullLogger<RuleEngine>.Instance);

    private async Task RefusesAsync(string reason, params RuleDefinition[] rules)
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(async () => await StartAsync(rules));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private async Task AppendAsync(string data, string key = "k")
    {
        Assert.True(_store.TryGet("readings", out var stream));
        var receipt = await stream.AppendAsync(
            System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(data));
        await receipt.WhenAcknowledged();
    }

    private Alert Take()
    {
        Assert.True(_published.TryTake(out var alert, Deadline), "no alert was published");
        return alert;
    }

    private List<Alert> AlertStream()
    {
        Assert.True(_store.TryGet("alerts", out var stream));
        var alerts = new List<Alert>();
        using var reader = stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        while (reader.TryRead(out var record))
        {
            Assert.True(AlertJson.TryRead(record.Data, out var alert));
            alerts.Add(alert);
        }

        return alerts;
    }

    private sealed class ThrowingPublisher(IAlertPublisher inner) : IAlertPublisher
    {
        public async ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            await inner.PublishAsync(alert, data, cancellationToken);
            throw new InvalidOperationException("the broker is gone");
        }
    }
}
