using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The example consumer on the AWS SDK for JavaScript, as two processes that share a stream of the published
/// gateway.</summary>
public sealed class ConsumerGroupTests
{
    private const int KeyCount = 12;
    private const int BatchCount = 5;
    private const string Group = """{"StreamName":"s","GroupName":"g"}""";

    [Fact]
    public async Task Two_members_share_the_shards_and_one_goes_on_where_a_killed_one_stood()
    {
        var modules = await NodeModules.InstallAwsSdkAsync();
        var port = FreePort.Next();
        await using var world = await KinesisWorld.StartAsync(port);
        using var api = KinesisWorld.ApiOf(port);
        await api.CallAsync("CreateStream", """{"StreamName":"s","ShardCount":4}""");
        var records = new KeyedRecords(api, "s", KeyCount);
        await records.PutAsync(BatchCount);
        await using var first = StartMember("first", port, modules);
        await Poll.UntilAsync(async () => await HeldByAsync(api, "first") == 4, state: () => $"{first.Output}");
        await using var second = StartMember("second", port, modules);
        await Poll.UntilAsync(
            async () => await HeldByAsync(api, "first") == 2 && await HeldByAsync(api, "second") == 2,
            state: () => $"{first.Output}\n{second.Output}");
        await records.PutAsync(BatchCount);
        await api.CallAsync("SplitShard", """
            {"StreamName":"s","ShardToSplit":"shardId-000000000000",
            "NewStartingHashKey":"42535295865117307932921825928971026432"}
            """);
        await records.PutAsync(BatchCount);
        UnixSignal.Send(first.Id, UnixSignal.Kill);
        await first.WaitForExitAsync();
        await api.CallAsync("MergeShards", """
            {"StreamName":"s","ShardToMerge":"shardId-000000000002","AdjacentShardToMerge":"shardId-000000000003"}
            """);
        await records.PutAsync(BatchCount);
        await Poll.UntilAsync(
            async () => (await DescribeAsync(api)).GetProperty("PendingRecords").GetInt32() == 0,
            state: () => $"{second.Output}");
        Assert.Equal(4, await HeldByAsync(api, "second"));
        UnixSignal.Send(second.Id, UnixSignal.Terminate);
        Assert.Equal(0, await second.WaitForExitAsync());
        Assert.Equal(0, await HeldByAsync(api, "second"));
        Assert.Equal("[]", (await DescribeAsync(api)).GetProperty("Members").GetRawText());
        CheckOrder(records, KeyedRecords.Printed(first), KeyedRecords.Printed(second));
    }

    /// <summary>Of each key the first member has a beginning, the second one the rest: in order, with nothing
    /// missing; what the first has not checkpointed before it was killed may be the second's too.</summary>
    private static void CheckOrder(
        KeyedRecords records, Dictionary<string, List<int>> first, Dictionary<string, List<int>> second)
    {
        for (var key = 0; key < KeyCount; key++)
        {
            var before = first.GetValueOrDefault($"k{key}", []);
            var after = second.GetValueOrDefault($"k{key}", []);
            var all = records.Of(key);
            Assert.Equal(all[..before.Count], before);
            Assert.Equal(all[(all.Length - after.Count)..], after);
            Assert.True(before.Count + after.Count >= all.Length, $"k{key}: {before.Count} and {after.Count}");
        }

        Assert.NotEmpty(first);
        Assert.NotEmpty(second);
    }

    private static BackgroundCommand StartMember(string name, int port, string modules) => BackgroundCommand.Start(
        "/usr/bin/env",
        "AWS_EC2_METADATA_DISABLED=true", $"AWS_ACCESS_KEY_ID={KinesisWorld.AccessKeyId}",
        $"AWS_SECRET_ACCESS_KEY={KinesisWorld.Secret}", "LEASE_DURATION_MS=3000", "NODE_NO_WARNINGS=1",
        "node", RepositoryFolder.Combine("deploy", "examples", "consumer-group", "consumer.mjs"),
        $"http://127.0.0.1:{port}", "s", "g", name, modules);

    private static async Task<int> HeldByAsync(KinesisApi api, string member) =>
        (await DescribeAsync(api)).TryGetProperty("Leases", out var leases)
            ? leases.EnumerateArray().Count(lease => lease.GetProperty("LeaseStatus").GetString() == "HELD"
                && lease.GetProperty("Owner").GetString() == member)
            : 0;

    /// <summary>The group; nothing while no member has made it.</summary>
    private static async Task<JsonElement> DescribeAsync(KinesisApi api)
    {
        try
        {
            return await api.CallAsync("EdgeStream_20261122.DescribeGroup", Group);
        }
        catch (KinesisApiException error) when (error.Type == "ResourceNotFoundException")
        {
            using var nothing = JsonDocument.Parse("{}");
            return nothing.RootElement.Clone();
        }
    }
}
