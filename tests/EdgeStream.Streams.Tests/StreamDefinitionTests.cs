using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>What a stream may be, how its definition is kept, and what of it may change.</summary>
public sealed class StreamDefinitionTests : IDisposable
{
    /// <summary>As programs kept it that knew no priorities.</summary>
    private const string OldestDefinition =
        "{\"version\":1,\"name\":\"readings\",\"shardCount\":4,\"retentionAgeSeconds\":3600,"
        + "\"retentionBytes\":1000000,\"durability\":\"interval:100\",\"segmentSizeBytes\":131072}";

    /// <summary>As programs kept it whose shards never changed.</summary>
    private const string OldDefinition =
        "{\"version\":1,\"name\":\"readings\",\"shardCount\":4,\"retentionAgeSeconds\":3600,"
        + "\"retentionBytes\":1000000,\"durability\":\"interval:100\",\"segmentSizeBytes\":131072,"
        + "\"priority\":\"low\",\"whenFull\":\"drop-oldest\",\"protectUndelivered\":false}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_definition_of_version_1_is_read_for_ever()
    {
        var definition = new StreamDefinition
        {
            Name = "readings",
            ShardCount = 4,
            RetentionAge = TimeSpan.FromHours(1),
            RetentionBytes = 1_000_000,
            Durability = new Durability(DurabilityKind.Interval, 100),
            SegmentSizeBytes = 128 << 10,
            Priority = StreamPriority.Low,
            WhenFull = WhenFull.DropOldest,
            ProtectUndelivered = false,
        };
        var entry = StreamEntryFormat.Read(Encoding.UTF8.GetBytes(OldDefinition));
        Assert.Equal(definition, entry.Definition);
        Assert.Equal([0, 1, 2, 3], entry.Shards.Select(shard => shard.Index));
        Assert.All(entry.Shards, shard => Assert.Null(shard.ClosedAt));
        Assert.Equal(UInt128.MaxValue, entry.Shards[^1].EndingHashKey);
        Assert.Equal((4, 4, 0), (entry.OpenShardCount, entry.NextShardIndex, entry.Attributes.Tags.Count));
        Assert.Equal(3_512_806_784_304, entry.Attributes.Id);

        var oldest = StreamEntryFormat.Read(Encoding.UTF8.GetBytes(OldestDefinition)).Definition;
        Assert.Equal(
            (StreamPriority.Normal, WhenFull.Reject, true),
            (oldest.Priority, oldest.WhenFull, oldest.ProtectUndelivered));
        var compressed = OldDefinition[..^1] + ",\"compression\":\"brotli\"}";
        Assert.Equal(
            definition with { Compression = SegmentCompression.Brotli },
            StreamEntryFormat.Read(Encoding.UTF8.GetBytes(compressed)).Definition);
    }

    [Theory]
    [InlineData("", 1, "Name")]
    [InlineData("..", 1, "Name")]
    [InlineData("a/b", 1, "Name")]
    [InlineData("readings", 0, "ShardCount")]
    [InlineData("readings", 65, "ShardCount")]
    public async Task A_definition_out_of_range_is_refused_by_the_name_of_its_member(
        string name, int shards, string member)
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => store.CreateOrUpdateAsync(new StreamDefinition { Name = name, ShardCount = shards }).AsTask());
        Assert.StartsWith(member, error.Message, StringComparison.Ordinal);
        Assert.Empty(store.Streams);
    }

    [Fact]
    public async Task Retention_may_change_and_the_shard_count_may_not()
    {
        var definition = new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 };
        await using (var store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }))
        {
            await store.CreateOrUpdateAsync(definition);
            var changed = await store.CreateOrUpdateAsync(definition with { RetentionBytes = 5 << 20 });
            Assert.Equal(5 << 20, changed.Definition.RetentionBytes);
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => store.CreateOrUpdateAsync(definition with { ShardCount = 2 }).AsTask());
        }

        await using var again = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        Assert.Equal(5 << 20, Assert.Single(again.Streams).Definition.RetentionBytes);
    }

    [Fact]
    public async Task A_start_of_the_machine_keeps_its_ordinal_and_the_next_one_gets_the_next()
    {
        var boots = _folder.Combine("boots");
        await using (StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }))
        {
            Assert.StartsWith("1 ", await File.ReadAllTextAsync(boots), StringComparison.Ordinal);
        }

        await using (StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }))
        {
            Assert.Single(await File.ReadAllLinesAsync(boots));
        }

        await File.WriteAllTextAsync(boots, "7 another-boot 2026-01-01T00:00:00.000Z\n");
        await using (StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }))
        {
            Assert.StartsWith("8 ", (await File.ReadAllLinesAsync(boots))[^1], StringComparison.Ordinal);
        }
    }
}
