using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A consumer library of another maker, with its own leases and checkpoints, over splits and merges of the
/// published gateway's stream.</summary>
public sealed class ConsumerLibraryTests
{
    private const int KeyCount = 12;

    [Fact]
    public async Task Lifion_kinesis_loses_and_reorders_nothing_over_splits_and_merges()
    {
        var modules = await KinesisWorld.InstallAsync("lifion", "lifion-kinesis@1.3.3", "dynalite@4.0.0");
        var port = FreePort.Next();
        await using var world = await KinesisWorld.StartAsync(port);
        using var api = KinesisWorld.ApiOf(port);
        await api.CallAsync("CreateStream", """{"StreamName":"s","ShardCount":2}""");
        var records = new KeyedRecords(api, "s", KeyCount);
        await records.PutAsync(3);
        await using var consumer = BackgroundCommand.Start(
            "/usr/bin/env", "AWS_EC2_METADATA_DISABLED=true", "NODE_NO_WARNINGS=1",
            "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1", "node",
            System.IO.Path.Combine(KinesisWorld.Scripts, "lifion.mjs"), modules, $"http://127.0.0.1:{port}", "s",
            KinesisWorld.AccessKeyId, KinesisWorld.Secret);
        await PrintedAsync(consumer, records);
        await api.CallAsync("SplitShard", """
            {"StreamName":"s","ShardToSplit":"shardId-000000000000",
            "NewStartingHashKey":"85070591730234615865843651857942052864"}
            """);
        await records.PutAsync(3);
        await api.CallAsync("MergeShards", """
            {"StreamName":"s","ShardToMerge":"shardId-000000000003","AdjacentShardToMerge":"shardId-000000000001"}
            """);
        await records.PutAsync(3);
        await PrintedAsync(consumer, records);
        await api.CallAsync(
            "UpdateShardCount",
            """{"StreamName":"s","TargetShardCount":4,"ScalingType":"UNIFORM_SCALING"}""");
        await records.PutAsync(3);
        await PrintedAsync(consumer, records);
        var printed = KeyedRecords.Printed(consumer);
        for (var key = 0; key < KeyCount; key++)
        {
            Assert.Equal(records.Of(key), printed[$"k{key}"]);
        }
    }

    private static Task PrintedAsync(BackgroundCommand consumer, KeyedRecords records) => Poll.UntilAsync(
        () => KeyedRecords.Printed(consumer).Values.Sum(values => values.Count) >= records.Count,
        TimeSpan.FromMinutes(2),
        () => $"{records.Count} were put:\n{consumer.Output}");
}
