using System.Text.Json;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Tests.Destinations;
using EdgeStream.Mqtt;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>What a delivery has rejected, as a person sees it: of a running gateway, and of its
/// folder.</summary>
public sealed class AuditCommandTests
{
    private const int Records = 20;

    [Fact]
    public async Task Every_record_is_accounted_for_by_a_running_gateway_and_by_its_folder()
    {
        await using var server = ServerUnderTest.Start();
        server.Decide = static record => record.Key == "key-1"
            ? PublishReceipt.Refused(MqttReasonCode.NotAuthorized) : PublishReceipt.Accepted;
        using var folder = new TemporaryFolder();
        string audited;
        await using (var gateway = await GatewayUnderTest.StartAsync($$$"""
            sensors: {board: {enabled: false}}
            rules: []
            deliveries:
              - name: up
                bufferTime: 0s
                mqtt:
                  url: mqtt://127.0.0.1:{{{server.Network.Port}}}
                  topic: up/{key}
            """))
        {
            for (var number = 1; number <= Records; number++)
            {
                var (status, _) = await gateway.PostAsync(
                    "readings", $"{{\"key\":\"key-{number % 4}\",\"data\":{number}}}");
                Assert.Equal(200, status);
            }

            await Poll.UntilAsync(
                async () => (await DeliveryAsync(gateway)).GetProperty("backlogRecords").GetInt64() == 0);
            var delivery = await DeliveryAsync(gateway);
            Assert.Equal(Records - 5, delivery.GetProperty("deliveredRecords").GetInt64());
            Assert.Equal(5, delivery.GetProperty("rejectedByReason").GetProperty("not-authorized").GetInt64());
            var metrics = await gateway.Client.GetStringAsync("/metrics");
            Assert.Contains(
                "edgestream_delivery_rejected_records_total{delivery=\"up\",reason=\"not-authorized\"} 5\n", metrics,
                StringComparison.Ordinal);

            var url = gateway.Client.BaseAddress!.ToString();
            var (code, output, error) = await CommandLine.RunAsync("deliveries", "audit", "--url", url);
            Assert.True(code == ExitCode.Ok, error);
            Assert.Contains("\t20\t15\t0\t5\t0\t0\tadds up", output, StringComparison.Ordinal);
            Assert.Contains(": rejected (not-authorized), noticed at ", output, StringComparison.Ordinal);
            (code, output, _) = await CommandLine.RunAsync("deliveries", "--url", url);
            Assert.Equal(ExitCode.Ok, code);
            Assert.Contains("up\treadings\t20\t15\t0\t5\t0\t0\t", output, StringComparison.Ordinal);
            (code, _, error) = await CommandLine.RunAsync("deliveries", "audit", "--url", url, "--delivery", "other");
            Assert.Equal(ExitCode.Usage, code);
            Assert.Contains("'other'", error, StringComparison.Ordinal);
            (code, _, _) = await CommandLine.RunAsync("deliveries", "audit", gateway.DataFolder);
            Assert.NotEqual(ExitCode.Ok, code);
            await gateway.Host.StopAsync("the test asks for it");
            audited = folder.Combine("copy");
            Copy(gateway.DataFolder, audited);
        }

        var (exit, json, problem) = await CommandLine.RunAsync("deliveries", "audit", audited, "--json");
        Assert.True(exit == ExitCode.Ok, problem);
        var shard = JsonDocument.Parse(json).RootElement.GetProperty("shards")[0];
        Assert.True(shard.GetProperty("addsUp").GetBoolean());
        Assert.Equal(
            [1, 5, 9, 13, 17],
            shard.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetProperty("firstSequence").GetInt32()));
    }

    [Fact]
    public async Task An_account_that_does_not_add_up_is_told_with_an_exit_code_of_its_own()
    {
        using var folder = new TemporaryFolder();
        await using (var gateway = await GatewayUnderTest.StartAsync("""
            sensors: {board: {enabled: false}}
            rules: []
            deliveries: [{name: files, bufferTime: 0s, folder: {path: out}}]
            """))
        {
            Assert.Equal(200, (await gateway.PostAsync("readings", "{\"key\":\"k\",\"data\":1}")).Status);
            await Poll.UntilAsync(
                async () => (await DeliveryAsync(gateway)).GetProperty("backlogRecords").GetInt64() == 0);
            await gateway.Host.StopAsync("the test asks for it");
            Copy(gateway.DataFolder, folder.Combine("copy"));
        }

        const int DeliveredOffset = 24;
        await using (var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Combine("copy") }))
        {
            var (key, value) = Assert.Single(store.State.List("deliveries/files/shardId-000000000000/hours/"));
            var bytes = value.ToArray();
            bytes[DeliveredOffset]++;
            await store.State.CommitAsync(new StateBatch().Put(key, bytes));
        }

        var (exit, output, error) = await CommandLine.RunAsync("deliveries", "audit", folder.Combine("copy"), "--json");
        Assert.Equal(ExitCode.Damaged, exit);
        Assert.StartsWith("{\"addsUp\":false", output, StringComparison.Ordinal);
        Assert.Empty(error);
        (exit, _, error) = await CommandLine.RunAsync("deliveries", "audit", folder.Combine("copy"));
        Assert.Equal(ExitCode.Damaged, exit);
        Assert.Contains("What was counted by hours is not what the ledger counts.", error, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static async Task<JsonElement> DeliveryAsync(GatewayUnderTest gateway) =>
        (await gateway.GetAsync("/api/deliveries")).GetProperty("deliveries")[0];
}
