using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>What a stream may be, how its definition is kept, and what of it may change.</summary>
public sealed class StreamDefinitionTests : IDisposable
{
    /// <summary>As programs kept it that knew no priorities.</summary>
    private const string OldDefinition =
        "{\"version\":1,\"name\":\"readings\",\"shardCount\":4,\"retentionAgeSeconds\":3600,"
        + "\"retentionBytes\":1000000,\"durability\":\"interval:100\",\"segmentSizeBytes\":131072}";

    private const string FrozenDefinition =
        "{\"version\":1,\"name\":\"readings\",\"shardCount\":4,\"retentionAgeSeconds\":3600,"
        + "\"retentionBytes\":1000000,\"durability\":\"interval:100\",\"segmentSizeBytes\":131072,"
        + "\"priority\":\"low\",\"whenFull\":\"drop-oldest\",\"protectUndelivered\":false}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_kept_form_of_a_definition_is_frozen()
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
        Assert.Equal(FrozenDefinition, Encoding.UTF8.GetString(StreamDefinitionFormat.ToBytes(definition)));
        Assert.Equal(definition, StreamDefinitionFormat.Read(Encoding.UTF8.GetBytes(FrozenDefinition)));
        var old = StreamDefinitionFormat.Read(Encoding.UTF8.GetBytes(OldDefinition));
        Assert.Equal(
            (StreamPriority.Normal, WhenFull.Reject, true), (old.Priority, old.WhenFull, old.ProtectUndelivered));

        var compressed = definition with { Compression = SegmentCompression.Brotli };
        var kept = FrozenDefinition[..^1] + ",\"compression\":\"brotli\"}";
        Assert.Equal(kept, Encoding.UTF8.GetString(StreamDefinitionFormat.ToBytes(compressed)));
        Assert.Equal(compressed, StreamDefinitionFormat.Read(Encoding.UTF8.GetBytes(kept)));
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
