using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Power cuts in splits and merges: which shards count afterwards, and that nothing acknowledged is lost.
/// </summary>
public sealed class ReshardCrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_power_cut_at_any_operation_of_a_change_leaves_the_old_shards_or_the_new_ones(bool isMerge)
    {
        var outcomes = new HashSet<int>();
        var isDone = false;
        for (var operations = 0; !isDone; operations++)
        {
            Assert.True(operations < 2000, "a change has a bounded number of operations");
            using var folder = new TemporaryFolder();
            var disk = new SimulatedDisk(new Random(operations));
            var acknowledged = 0;
            var store = Open(folder, disk);
            var stream = await store.CreateOrUpdateAsync(Definition(isMerge ? 2 : 1));
            for (; acknowledged < 5; acknowledged++)
            {
                await AppendAsync(stream, acknowledged);
            }

            disk.OperationsUntilOff = operations;
            isDone = await TryChangeAsync(store, isMerge);
            isDone = isDone && await TryAppendAsync(stream, acknowledged);
            acknowledged += isDone ? 1 : 0;
            disk.TurnOff();
            await store.DisposeAsync();
            disk.CutPower();

            await using var again = Open(folder, disk);
            Assert.True(again.TryGet("readings", out var found));
            outcomes.Add(found.OpenShards.Count);
            CheckFolders(folder, disk, found);
            await CheckAsync(found, acknowledged);
            if (found.OpenShards.Count == (isMerge ? 2 : 1))
            {
                Assert.True(await TryChangeAsync(again, isMerge));
                await CheckAsync(found, acknowledged);
            }
        }

        Assert.Equal([1, 2], outcomes.Order());
    }

    /// <summary>What was begun and is not the stream's has left no file.</summary>
    private static void CheckFolders(TemporaryFolder folder, SimulatedDisk disk, DataStream stream)
    {
        for (var index = 0; index < 6; index++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"shardId-{index:D12}");
            var files = disk.List(Path.Combine(folder.Path, "streams", "readings", id));
            Assert.Equal(stream.TryGetShard(id, out _), files.Count > 0);
        }
    }

    private static async Task CheckAsync(DataStream stream, int acknowledged)
    {
        Assert.Equal(UInt128.MaxValue, stream.OpenShards[^1].EndingHashKey);
        Assert.Equal(UInt128.MinValue, stream.OpenShards[0].StartingHashKey);
        var values = StreamContent.Read(stream).GetValueOrDefault("k", []);
        Assert.Equal(Enumerable.Range(0, values.Count), values);
        Assert.InRange(values.Count, acknowledged, acknowledged + 1);
        Assert.Equal(values.Count, stream.Statistics.AppendedRecords);
        await Task.CompletedTask;
    }

    private static async Task<bool> TryChangeAsync(StreamStore store, bool isMerge)
    {
        try
        {
            await (isMerge
                ? store.MergeShardsAsync("readings", "shardId-000000000000", "shardId-000000000001")
                : store.SplitShardAsync("readings", "shardId-000000000000", UInt128.MaxValue / 2));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<bool> TryAppendAsync(DataStream stream, int value)
    {
        try
        {
            await AppendAsync(stream, value);
            return true;
        }
        catch (Exception error) when (error is IOException or StreamException)
        {
            return false;
        }
    }

    private static StreamStore Open(TemporaryFolder folder, SimulatedDisk disk) =>
        StreamStore.Open(new StreamStoreOptions { Folder = folder.Path, Disk = disk });

    private static StreamDefinition Definition(int shards) =>
        new() { Name = "readings", ShardCount = shards, SegmentSizeBytes = 64 << 10 };

    private static async Task AppendAsync(DataStream stream, int value) => await stream.AppendAsync(
        "k"u8.ToArray(), Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
}
