using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>What an acknowledgement and a delivery are worth when the process dies in the middle.</summary>
public sealed class KillUnderLoadTests(ITestOutputHelper output)
{
    private const int KillCount = 5;
    private const int PublisherCount = 4;
    private const int TopicsPerPublisher = 3;
    private const int Window = 20;
    private const int AcknowledgedPerLifeMin = 500;

    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(60);

    private readonly int _seed = TestSeed.Take(1).First();

    private string SeedHint => $"EDGESTREAM_TEST_SEED={_seed}";

    [Fact]
    public async Task Every_acknowledged_message_is_there_exactly_once_and_in_order()
    {
        const string Config = $"""
            {QuietConfig.Text}
            streams:
              - name: readings
                shards: 4
            """;
        await using var world = await GatewayWorld.StartAsync("kill", Config);

        var publishers = await PublishOverKillsAsync(world);

        var follower = new StreamFollower<StoredMessage>("readings", StoredMessage.From);
        await follower.ReadAsync(world.Api);
        AssertKept(publishers, follower, world);
        Assert.Equal(4, follower.Records.Select(record => record.Shard).Distinct().Count());
    }

    [Fact]
    public async Task The_delivered_files_hold_every_record_exactly_once()
    {
        const string Config = $"""
            {QuietConfig.NoSensors}
            rules: []
            streams:
              - name: readings
                shards: 2
            deliveries:
              - name: files
                bufferTime: 1s
                bufferSize: 64KiB
                folder:
                  path: ../delivered
            """;
        await using var world = await GatewayWorld.StartAsync("kill-delivery", Config);
        var folder = world.Path("delivered");

        var publishers = await PublishOverKillsAsync(world);

        var follower = new StreamFollower<StoredMessage>("readings", StoredMessage.From);
        await follower.ReadAsync(world.Api);
        AssertKept(publishers, follower, world);
        IReadOnlyList<StoredMessage> delivered = [];
        await Poll.UntilAsync(
            () => (delivered = DeliveredFolder.ReadAll(folder, StoredMessage.From)).Count >= follower.Records.Count,
            DrainDeadline,
            () => $"{delivered.Count} of {follower.Records.Count} delivered. {SeedHint}\n{world.Gateway.Output}");
        Assert.Equal(InOrder(follower.Records), InOrder(delivered));
        var status = await world.Api.FindAsync("/api/deliveries", "deliveries", "name", "files");
        Assert.Equal(0, status?.GetProperty("backlogRecords").GetInt64());
        Assert.Equal(0, status?.GetProperty("evictedRecords").GetInt64());
    }

    /// <summary>Kills and restarts the gateway while devices publish, and returns when everything is
    /// acknowledged.</summary>
    private async Task<IReadOnlyList<KeyedPublisher>> PublishOverKillsAsync(GatewayWorld world)
    {
        output.WriteLine(SeedHint);
        var random = new Random(_seed);
        KeyedPublisher[] publishers =
        [
            .. Enumerable.Range(1, PublisherCount).Select(
                number => new KeyedPublisher(world.Launch.MqttPort, $"device-{number}", TopicsPerPublisher, Window)),
        ];
        using var stopping = new CancellationTokenSource();
        var running = Task.WhenAll(publishers.Select(publisher => Task.Run(() => publisher.RunAsync(stopping.Token))));
        for (var kill = 1; kill <= KillCount; kill++)
        {
            var target = publishers.Sum(publisher => publisher.AcknowledgedCount)
                + AcknowledgedPerLifeMin + random.Next(AcknowledgedPerLifeMin);
            await Poll.UntilAsync(
                () => running.IsFaulted || publishers.Sum(publisher => publisher.AcknowledgedCount) >= target);
            world.Gateway.Kill9();
            if (kill == KillCount || running.IsFaulted)
            {
                await stopping.CancelAsync();
                await running;
            }

            await world.StartAgainAsync();
        }

        using var deadline = new CancellationTokenSource(DrainDeadline);
        await Task.WhenAll(publishers.Select(publisher => publisher.DrainAsync(deadline.Token)));
        return publishers;
    }

    private void AssertKept(
        IReadOnlyList<KeyedPublisher> publishers, StreamFollower<StoredMessage> follower, GatewayWorld world)
    {
        var audit = PublishedAudit.Of(publishers, follower.Records);
        output.WriteLine(audit.ToString());
        var report = $"{SeedHint}\n{audit}\n{string.Join('\n', audit.Violations)}\n{world.Gateway.Output}";
        Assert.True(audit.Violations.Count == 0, report);
        Assert.True(audit.AcknowledgedCount == publishers.Sum(publisher => publisher.Messages.Count), report);
        Assert.Empty(follower.Gaps);
    }

    private static IEnumerable<StoredMessage> InOrder(IEnumerable<StoredMessage> messages) =>
        messages.OrderBy(message => message.Shard, StringComparer.Ordinal).ThenBy(message => message.Sequence);
}
