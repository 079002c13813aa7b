using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>What a split that came to nothing has left, at the next opening.</summary>
public sealed class UnmadeShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Left_overs_that_need_a_key_that_has_gone_keep_nothing_from_opening_or_splitting()
    {
        var bytes = new byte[EncryptionKey.SizeBytes];
        bytes[0] = 1;
        Assert.True(EncryptionKey.TryMake("gone", bytes, out var key, out var problem), problem);
        await MakeAsync(new LogEncryption([key], key));
        await using (var store = Open("data"))
        {
            Assert.Contains(
                store.RecoveryFindings,
                finding => finding.Contains("shardId-000000000001 is not removed", StringComparison.Ordinal));
            Assert.True(store.TryGet("readings", out var stream));
            await store.SplitShardAsync("readings", stream.Shards[0].Id, UInt128.MaxValue / 2);
            Assert.Equal([2, 3], stream.OpenShards.Select(shard => shard.Index));
            await stream.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        }

        await using var again = Open("data");
        Assert.NotEmpty(Directory.GetFiles(LeftOver));
    }

    [Fact]
    public async Task Left_overs_without_a_record_are_removed_and_so_is_the_note_of_them()
    {
        await MakeAsync(encryption: null);
        await using var store = Open("data");
        Assert.Empty(store.RecoveryFindings);
        Assert.Empty(Directory.GetFiles(LeftOver));
        Assert.False(store.State.TryGet("making/readings", out _));
    }

    private string LeftOver => ShardFolder("data", "shardId-000000000001");

    /// <summary>A stream, and beside its shard the empty log of another that the state says is being made.</summary>
    private async Task MakeAsync(LogEncryption? encryption)
    {
        await using (var other = Open("other", encryption))
        {
            await other.CreateOrUpdateAsync(Definition);
        }

        await using (var store = Open("data"))
        {
            await store.CreateOrUpdateAsync(Definition);
            await store.State.CommitAsync(new StateBatch().Put("making/readings", Encoding.ASCII.GetBytes("=1")));
        }

        Directory.CreateDirectory(LeftOver);
        foreach (var file in Directory.GetFiles(ShardFolder("other", "shardId-000000000000")))
        {
            File.Copy(file, Path.Combine(LeftOver, Path.GetFileName(file)));
        }
    }

    private string ShardFolder(string name, string id) => Path.Combine(_folder.Path, name, "streams", "readings", id);

    private static StreamDefinition Definition => new() { Name = "readings", SegmentSizeBytes = 64 << 10 };

    private StreamStore Open(string name, LogEncryption? encryption = null) => StreamStore.Open(
        new StreamStoreOptions { Folder = _folder.Combine(name), Encryption = encryption });
}
