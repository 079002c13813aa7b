using System.Globalization;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary><c>edgestream deliveries audit</c> on the published gateway: over kills, a broker that is away longer than
/// records are kept, and records that it does not take, every record is accounted for, and what did not arrive is
/// named.</summary>
public sealed class DeliveryAuditTests
{
    private const int Page = 500;
    private const int RefusedEvery = 50;
    private const int DeliveredOffset = 24;
    private const int Ok = 0;
    private const int Damaged = 65;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Every_record_is_delivered_rejected_evicted_or_pending_and_every_gap_is_named()
    {
        using var rights = new TemporaryFolder("rights");
        var file = rights.Write("acl", """
            topic read gateway/#
            topic write gateway/ready
            topic write gateway/readings/pump-0
            topic write gateway/readings/pump-1

            """);
        await using var site = await SiteBroker.StartAsync($"allow_anonymous true\nacl_file {file}");
        await using var world = await GatewayWorld.StartAsync("deliveries-audit", Config(site.Port));
        await using var receiver = await SiteReceiver.StartAsync(site.Port, world.Path("received"));

        // What the broker refuses for good is put aside; the gateway is killed in the middle of it.
        await PublishAsync(world, 0, 4 * Page);
        await Poll.UntilAsync(() => receiver.Ids.Count > Page / 2, Deadline, () => $"{world.Gateway.Output}");
        world.Gateway.Kill9();
        await AuditFolderAsync(world, 4 * Page);
        await world.StartAgainAsync();
        await DrainAsync(world);

        // What the broker has acknowledged and not passed on yet goes with it.
        await ReceivedAsync(world, receiver);

        // The broker is away until retention has taken what waits.
        await site.StopAsync();
        for (var first = 4 * Page; first < 14 * Page; first += Page)
        {
            await PublishAsync(world, first, Page);
        }

        await Poll.UntilAsync(
            async () => (await DeliveryAsync(world)).GetProperty("evictedRecords").GetInt64() > 0, Deadline,
            () => $"{world.Gateway.Output}");

        // It counts them before their file is gone.
        await Poll.UntilAsync(
            () => OldestOnDisk(world) > (4 * Page) + 1, Deadline, () => $"{OldestOnDisk(world)} is the oldest");
        world.Gateway.Kill9();
        var waiting = await AuditFolderAsync(world, 14 * Page);
        Assert.True(Sum(waiting, "pendingRecords") > 0);
        Assert.True(Sum(waiting, "evictedRecords") > 0);

        await site.StartAgainAsync();
        await receiver.WaitUntilReadyAsync();
        await world.StartAgainAsync();
        await DrainAsync(world);
        await ReceivedAsync(world, receiver);
        var (code, audit) = await AuditAsync("--url", world.Api.Address.ToString());
        Assert.Equal(Ok, code);
        AssertNamed(audit, receiver, 14 * Page);

        await using var browser = await DashboardBrowser.OpenAsync(world.Api.Address);
        await browser.ShowsAsync("body", "rejected and put aside");
        await browser.ShowsAsync("body", "not authorized");
    }

    [Fact]
    public async Task An_account_that_does_not_add_up_ends_the_command_with_a_code_of_its_own()
    {
        await using var world = await GatewayWorld.StartAsync("deliveries-audit-code", $$"""
            {{QuietConfig.NoSensors}}
            rules: []
            deliveries:
              - name: files
                bufferTime: 0s
                folder:
                  path: ../delivered
            """);
        await PublishAsync(world, 0, Page);
        await Poll.UntilAsync(
            async () => (await world.Api.FindAsync("/api/deliveries", "deliveries", "name", "files"))!.Value
                .GetProperty("backlogRecords").GetInt64() == 0, Deadline);
        Assert.Equal(Ok, await world.Gateway.TerminateAsync());
        var (code, _) = await AuditAsync(world.DataFolder);
        Assert.Equal(Ok, code);

        await using (var store = StreamStore.Open(new StreamStoreOptions { Folder = world.DataFolder }))
        {
            var (key, value) = Assert.Single(store.State.List("deliveries/files/shardId-000000000000/hours/"));
            var row = value.ToArray();
            row[DeliveredOffset]--;
            await store.State.CommitAsync(new StateBatch().Put(key, row));
        }

        (code, var audit) = await AuditAsync(world.DataFolder);
        Assert.True(code == Damaged, audit.ToString());
        Assert.False(audit.GetProperty("addsUp").GetBoolean());
    }

    private static string Config(int port) => $$"""
        {{QuietConfig.NoSensors}}
        rules: []
        streams:
          - name: readings
            retentionBytes: 1MiB
            segmentSize: 256KiB
        deliveries:
          - name: up
            bufferTime: 0s
            protect: false
            link:
              retryWithin: 1s
            mqtt:
              url: mqtt://127.0.0.1:{{port}}
              topic: "gateway/{stream}/{key}"
              sendMaximum: 5
              reconnectMax: 1s
              timeout: 5s
        """;

    private static async Task PublishAsync(GatewayWorld world, int first, int count)
    {
        for (var at = first; at < first + count; at += Page)
        {
            var records = Enumerable.Range(at, Page).Select(number => new
            {
                key = number % RefusedEvery == 0 ? "stranger" : $"pump-{number % 2}",
                data = new { number, text = new string('x', 200) },
            });
            var (status, body) = await world.Api.PostAsync(
                "/api/streams/readings/records", JsonSerializer.Serialize(new { records }));
            Assert.True((int)status == 200, $"{body}");
        }
    }

    private static async Task DrainAsync(GatewayWorld world) => await Poll.UntilAsync(
        async () => (await DeliveryAsync(world)).GetProperty("backlogRecords").GetInt64() == 0, Deadline,
        () => $"{world.Gateway.Output}");

    /// <summary>Waits until the broker has passed on what it has acknowledged.</summary>
    private static async Task ReceivedAsync(GatewayWorld world, SiteReceiver receiver) => await Poll.UntilAsync(
        async () => receiver.Ids.Distinct().Count()
            >= (await DeliveryAsync(world)).GetProperty("deliveredRecords").GetInt64(),
        Deadline,
        () => $"{receiver.Ids.Distinct().Count()} are received. {world.Gateway.Output}");

    private static async Task<JsonElement> DeliveryAsync(GatewayWorld world) =>
        (await world.Api.FindAsync("/api/deliveries", "deliveries", "name", "up"))!.Value;

    /// <summary>The first record of the oldest segment that has a file.</summary>
    private static long OldestOnDisk(GatewayWorld world) => Directory
        .EnumerateFiles(Path.Combine(world.DataFolder, "streams", "readings"), "*.log", SearchOption.AllDirectories)
        .Min(file => long.Parse(
            Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>The account of a killed gateway's folder; every record that was appended is in it.</summary>
    private static async Task<JsonElement> AuditFolderAsync(GatewayWorld world, int records)
    {
        var (code, audit) = await AuditAsync(world.DataFolder);
        Assert.True(code == Ok, audit.ToString());
        Assert.Equal(records, Sum(audit, "appendedRecords"));
        return audit;
    }

    private static async Task<(int Code, JsonElement Audit)> AuditAsync(params string[] arguments)
    {
        var result = await Command.RunAsync(NativeBinary.Path, ["deliveries", "audit", .. arguments, "--json"]);
        Assert.True(result.Output.StartsWith('{'), result.Error);
        using var document = JsonDocument.Parse(result.Output);
        return (result.ExitCode, document.RootElement.Clone());
    }

    private static long Sum(JsonElement audit, string member) =>
        audit.GetProperty("shards").EnumerateArray().SelectMany(shard => shard.GetProperty("hours").EnumerateArray())
            .Sum(hour => hour.GetProperty(member).GetInt64());

    /// <summary>Each hour adds up, and what was received and what is named are all records, each once.</summary>
    private static void AssertNamed(JsonElement audit, SiteReceiver receiver, int records)
    {
        var shard = Assert.Single(audit.GetProperty("shards").EnumerateArray());
        foreach (var hour in shard.GetProperty("hours").EnumerateArray())
        {
            Assert.Equal(
                hour.GetProperty("appendedRecords").GetInt64(),
                hour.GetProperty("deliveredRecords").GetInt64() + hour.GetProperty("evictedRecords").GetInt64()
                    + hour.GetProperty("rejectedRecords").GetInt64() + hour.GetProperty("pendingRecords").GetInt64());
        }

        Assert.Equal((records, 0), (Sum(audit, "appendedRecords"), Sum(audit, "pendingRecords")));
        var received = receiver.Ids
            .Select(id => long.Parse(id.AsSpan(id.LastIndexOf('-') + 1), CultureInfo.InvariantCulture)).ToHashSet();
        Assert.Equal(received.Count, Sum(audit, "deliveredRecords"));
        var named = new List<long>();
        foreach (var gap in shard.GetProperty("gaps").EnumerateArray())
        {
            Assert.Contains(gap.GetProperty("why").GetString(), new[] { "evicted", "rejected" });
            var last = gap.GetProperty("lastSequence").GetInt64();
            for (var sequence = gap.GetProperty("firstSequence").GetInt64(); sequence <= last; sequence++)
            {
                named.Add(sequence);
            }
        }

        Assert.Equal(named.Distinct(), named);
        Assert.DoesNotContain(named, received.Contains);
        Assert.Equal(0, shard.GetProperty("unnamedGapRecords").GetInt64());
        Assert.Equal(records, received.Count + named.Count);
        Assert.Equal(Sum(audit, "evictedRecords") + Sum(audit, "rejectedRecords"), named.Count);
        Assert.True(Sum(audit, "rejectedRecords") > 4 * Page / RefusedEvery);
    }
}
