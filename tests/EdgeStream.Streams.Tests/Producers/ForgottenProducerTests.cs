using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Whom a shard forgets when it has heard of more producers than it remembers.</summary>
public sealed class ForgottenProducerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_child_of_a_merge_remembers_the_newest_of_both_parents(bool isRestarted)
    {
        using var folder = new TemporaryFolder();
        var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition(4) with { ShardCount = 2 });
        for (var number = 1; number <= 4; number++)
        {
            Assert.False(await IsKnownAsync(stream, $"low {number}", 0));
            Assert.False(await IsKnownAsync(stream, $"top {number}", UInt128.MaxValue));
        }

        await store.UpdateShardCountAsync("readings", 1);
        if (isRestarted)
        {
            await store.DisposeAsync();
            store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
            Assert.True(store.TryGet("readings", out stream));
        }

        Assert.False(await IsKnownAsync(stream, "new", 0));
        Assert.True(await IsKnownAsync(stream, "new", 0));
        Assert.True(await IsKnownAsync(stream, "top 3", 0));
        Assert.True(await IsKnownAsync(stream, "low 4", 0));
        Assert.True(await IsKnownAsync(stream, "top 4", 0));
        Assert.False(await IsKnownAsync(stream, "low 3", 0));
        Assert.False(await IsKnownAsync(stream, "low 1", 0));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_producer_that_only_sends_again_is_not_the_first_to_go()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition(3));
        foreach (var producer in (string[])["a", "b", "c"])
        {
            Assert.False(await IsKnownAsync(stream, producer, 0));
        }

        Assert.True(await IsKnownAsync(stream, "a", 0));
        Assert.False(await IsKnownAsync(stream, "d", 0));
        Assert.True(await IsKnownAsync(stream, "a", 0));
        Assert.False(await IsKnownAsync(stream, "b", 0));
    }

    [Fact]
    public async Task A_segment_that_is_too_small_for_all_is_reached_over_several_records()
    {
        using var folder = new TemporaryFolder();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(Definition(1000) with { SegmentSizeBytes = 1 << 20 });
        for (var number = 0; number < 700; number++)
        {
            Assert.False(await IsKnownAsync(stream, Long(number), 0));
        }

        await store.ChangeDefinitionAsync("readings", static old => old with { SegmentSizeBytes = 64 << 10 });
        for (var number = 700; number < 750; number++)
        {
            Assert.False(await IsKnownAsync(stream, Long(number), 0));
        }

        Assert.True(await IsKnownAsync(stream, Long(749), 0));
        Assert.False(await IsKnownAsync(stream, Long(600), 0));
    }

    private static StreamDefinition Definition(int producersMax) =>
        new() { Name = "readings", Deduplication = true, DeduplicationProducersMax = producersMax };

    private static string Long(int number) => number.ToString("D64", CultureInfo.InvariantCulture);

    private static async Task<bool> IsKnownAsync(DataStream stream, string producer, UInt128 hashKey)
    {
        AppendReceipt receipt;
        while (TryAppend(stream, producer, hashKey, out receipt) is var status && status != AppendStatus.Accepted)
        {
            Assert.True(status == AppendStatus.Busy, $"{producer}: {status}");
            await stream.WhenRoom(hashKey);
        }

        if (!receipt.IsDuplicate)
        {
            await receipt.WhenAcknowledged();
        }

        return receipt.IsDuplicate;
    }

    private static AppendStatus TryAppend(
        DataStream stream, string producer, UInt128 hashKey, out AppendReceipt receipt) =>
        stream.TryAppend(
            hashKey, "k"u8, "1"u8, null, new ProducerStamp(Encoding.UTF8.GetBytes(producer), 1), out receipt);
}
