using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Which shard takes a key, and that it always does.</summary>
public sealed class ShardingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Hash_key_ranges_cover_everything_without_gap_or_overlap()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        foreach (var count in new[] { 1, 2, 3, 7 })
        {
            var stream = await store.CreateOrUpdateAsync(Definition($"s{count}", count));
            Assert.Equal(UInt128.MinValue, stream.Shards[0].StartingHashKey);
            Assert.Equal(UInt128.MaxValue, stream.Shards[^1].EndingHashKey);
            for (var i = 1; i < count; i++)
            {
                Assert.Equal(stream.Shards[i - 1].EndingHashKey + 1, stream.Shards[i].StartingHashKey);
            }
        }
    }

    /// <summary>
    /// md5("a") = 0cc175b9c0f1b6a831c399e269772661 and md5("b") = 92eb5ffee6ae2fec3ad71c777531578f (RFC 1321).
    /// </summary>
    [Fact]
    public async Task A_key_goes_to_the_shard_whose_range_holds_its_md5()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition("readings", 2));
        Assert.Equal("shardId-000000000000", stream.ShardFor("a"u8).Id);
        Assert.Equal("shardId-000000000001", stream.ShardFor("b"u8).Id);
    }

    [Fact]
    public async Task Records_of_one_key_stay_in_the_order_of_their_appends_while_many_producers_write()
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition("readings", 3) with { SegmentSizeBytes = 256 << 10 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(producer => Task.Run(async () =>
        {
            var key = Encoding.UTF8.GetBytes($"key {producer}");
            for (var i = 0; i < 300; i++)
            {
                await stream.AppendAsync(key, Encoding.UTF8.GetBytes($"{i}"));
            }
        })));

        var next = new Dictionary<string, int>();
        foreach (var shard in stream.Shards)
        {
            using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
            while (reader.TryRead(out var record))
            {
                var key = Encoding.UTF8.GetString(record.PartitionKey);
                Assert.Equal($"{next.GetValueOrDefault(key)}", Encoding.UTF8.GetString(record.Data));
                next[key] = next.GetValueOrDefault(key) + 1;
            }
        }

        Assert.Equal(8, next.Count);
        Assert.All(next.Values, count => Assert.Equal(300, count));
        Assert.Equal(2400, stream.Statistics.AppendedRecords);
    }

    private static StreamDefinition Definition(string name, int shardCount) =>
        new() { Name = name, ShardCount = shardCount, SegmentSizeBytes = 64 << 10 };
}
