using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Splits, merges and scaling as producers and readers see them.</summary>
public sealed class ReshardingTests : IDisposable
{
    private static readonly UInt128 Middle = UInt128.MaxValue / 2 + 1;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_split_closes_the_parent_and_opens_two_children_that_share_its_range()
    {
        await using (var store = Open())
        {
            var stream = await CreateAsync(store);
            await AppendAsync(stream, "a", 1);
            await store.SplitShardAsync("readings", "shardId-000000000000", Middle);
            Check(stream);
            await AppendAsync(stream, "a", 2);
        }

        await using var again = Open();
        Assert.True(again.TryGet("readings", out var found));
        Check(found);
        Assert.Equal(2, found.Statistics.AppendedRecords);

        static void Check(DataStream stream)
        {
            Assert.Equal(3, stream.Shards.Count);
            var parent = stream.Shards[0];
            Assert.Equal(ShardState.Closed, parent.State);
            Assert.Equal(parent.NumberOf(new SequenceNumber(1)), parent.EndingSequenceNumber);
            Assert.Equal(["shardId-000000000001", "shardId-000000000002"], stream.OpenShards.Select(s => s.Id));
            Assert.All(stream.OpenShards, shard => Assert.Equal(parent.Id, shard.ParentShardId));
            Assert.Equal(stream.OpenShards, stream.ChildrenOf(parent));
            Assert.Equal(
                (UInt128.MinValue, Middle - 1, Middle, UInt128.MaxValue),
                (stream.OpenShards[0].StartingHashKey, stream.OpenShards[0].EndingHashKey,
                    stream.OpenShards[1].StartingHashKey, stream.OpenShards[1].EndingHashKey));
            Assert.True(stream.Shards[1].StartingSequenceNumber > parent.EndingSequenceNumber);
        }
    }

    [Fact]
    public async Task A_merge_puts_one_shard_in_the_place_of_two_in_either_order()
    {
        await using var store = Open();
        var stream = await CreateAsync(store, 3);
        await store.MergeShardsAsync("readings", "shardId-000000000002", "shardId-000000000001");
        var child = stream.OpenShards[1];
        Assert.Equal(2, stream.OpenShards.Count);
        Assert.Equal(
            ("shardId-000000000002", "shardId-000000000001"), (child.ParentShardId, child.AdjacentParentShardId));
        Assert.Equal(
            (stream.Shards[1].StartingHashKey, UInt128.MaxValue), (child.StartingHashKey, child.EndingHashKey));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    [InlineData(3, 5)]
    [InlineData(5, 3)]
    [InlineData(7, 2)]
    public async Task Scaling_ends_with_shards_that_share_the_range_evenly(int before, int after)
    {
        await using var store = Open();
        var stream = await CreateAsync(store, before);
        await store.UpdateShardCountAsync("readings", after);
        Assert.False(stream.IsChanging);
        Assert.Equal(
            Enumerable.Range(0, after).Select(index => HashKeyRange.Of(index, after)),
            stream.OpenShards.Select(shard => (shard.StartingHashKey, shard.EndingHashKey)));
    }

    [Theory]
    [InlineData("shardId-000000000009", 5, ReshardRefusal.NoShard)]
    [InlineData("shardId-000000000000", 5, ReshardRefusal.NotOpen)]
    [InlineData("shardId-000000000001", 0, ReshardRefusal.HashKeyOutside)]
    [InlineData("shardId-000000000002", 5, ReshardRefusal.HashKeyOutside)]
    public async Task What_cannot_be_split_is_refused_and_nothing_changes(string shard, int key, ReshardRefusal refusal)
    {
        await using var store = Open();
        var stream = await CreateAsync(store);
        await store.SplitShardAsync("readings", "shardId-000000000000", Middle);
        var error = await Assert.ThrowsAsync<ReshardException>(
            () => store.SplitShardAsync("readings", shard, (UInt128)key).AsTask());
        Assert.Equal(refusal, error.Refusal);
        Assert.Equal(3, stream.Shards.Count);
        Assert.False(stream.IsChanging);
    }

    [Fact]
    public async Task Shards_that_do_not_lie_side_by_side_are_not_merged()
    {
        await using var store = Open();
        await CreateAsync(store, 3);
        foreach (var other in new[] { "shardId-000000000000", "shardId-000000000002" })
        {
            var error = await Assert.ThrowsAsync<ReshardException>(
                () => store.MergeShardsAsync("readings", "shardId-000000000000", other).AsTask());
            Assert.Equal(ReshardRefusal.NotAdjacent, error.Refusal);
        }
    }

    [Fact]
    public async Task Readers_end_with_the_parent_and_go_on_with_its_children_and_each_key_keeps_its_order()
    {
        await using var store = Open();
        var stream = await CreateAsync(store);
        var producers = Task.WhenAll(Enumerable.Range(0, 4).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await AppendAsync(stream, $"key {producer}", i);
            }
        })));
        await store.UpdateShardCountAsync("readings", 3);
        await store.UpdateShardCountAsync("readings", 2);
        await producers;

        var next = new Dictionary<string, int>();
        var succession = new ShardSuccession(stream);
        while (next.Values.Sum() < 800)
        {
            var ready = succession.TakeReady();
            Assert.NotEmpty(ready);
            foreach (var shard in ready)
            {
                using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
                while (reader.TryRead(out var record))
                {
                    var key = Encoding.UTF8.GetString(record.PartitionKey);
                    Assert.Equal($"{next.GetValueOrDefault(key)}", Encoding.UTF8.GetString(record.Data));
                    next[key] = next.GetValueOrDefault(key) + 1;
                }

                if (reader.IsAtEnd)
                {
                    succession.Finish(shard);
                }
            }
        }

        Assert.Equal(800, stream.Statistics.AppendedRecords);
    }

    [Fact]
    public async Task A_reader_that_waits_at_the_end_of_a_shard_learns_that_it_was_closed()
    {
        await using var store = Open();
        var stream = await CreateAsync(store);
        await AppendAsync(stream, "a", 1);
        using var reader = stream.Shards[0].OpenReader(ShardPosition.Latest);
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.IsAtEnd);
        var waiting = reader.WaitAsync().AsTask();
        var change = stream.WhenShardsChange(stream.Shards);
        Assert.False(waiting.IsCompleted || change.IsCompleted);
        await store.SplitShardAsync("readings", "shardId-000000000000", Middle);
        await waiting;
        await change;
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.IsAtEnd);
    }

    private StreamStore Open() => StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });

    private static async Task<DataStream> CreateAsync(StreamStore store, int shards = 1) =>
        await store.CreateOrUpdateAsync(new StreamDefinition
        {
            Name = "readings",
            ShardCount = shards,
            SegmentSizeBytes = 64 << 10,
        });

    private static async Task AppendAsync(DataStream stream, string key, int value) =>
        await stream.AppendAsync(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{value}"));
}
