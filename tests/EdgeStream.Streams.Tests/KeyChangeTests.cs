using System.Security.Cryptography;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>The keys of a whole store: all are looked for before anything is opened, and a change reaches every log.
/// </summary>
public sealed class KeyChangeTests : IDisposable
{
    private static readonly EncryptionKey Old = Make("2025", 1);
    private static readonly EncryptionKey New = Make("2026", 2);
    private static readonly LogEncryption OnlyOld = new([Old], Old);
    private static readonly LogEncryption OnlyNew = new([New], New);
    private static readonly LogEncryption Rotated = new([New, Old], New);

    private readonly TemporaryFolder _folder = new();
    private readonly WatchedDisk _disk = new(new SimulatedDisk(new Random(1)));

    [Fact]
    public async Task A_key_that_one_stream_lacks_is_missed_before_any_stream_is_opened()
    {
        await using (var store = Open(OnlyOld))
        {
            await store.CreateOrUpdateAsync(Definition("a"));
            var last = await store.CreateOrUpdateAsync(Definition("z"));
            await last.AppendAsync("k"u8.ToArray(), "v"u8.ToArray());
        }

        await using (var store = Open(Rotated))
        {
            // The state and the first stream need the new key only.
            await store.DeleteAsync("a");
            await store.CreateOrUpdateAsync(Definition("a"));
        }

        var before = Snapshot();
        var error = Assert.Throws<EncryptionKeyException>(() => Open(OnlyNew));
        Assert.Contains(Path.Combine("streams", "z"), error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot());
        await using var again = Open(Rotated);
        Assert.Equal(2, again.Streams.Count);
    }

    [Fact]
    public async Task The_state_needs_no_old_key_as_soon_as_another_is_given()
    {
        await using (var store = Open(OnlyOld))
        {
            await PutAsync(store, "one");
            await store.ChangeEncryptionAsync(Rotated);
            Assert.Equal([New.Name], KeysOf(store.State.Log));
        }

        await using var later = Open(OnlyNew);
        Assert.True(later.State.TryGet("one", out _));
    }

    [Fact]
    public async Task The_state_needs_no_old_key_behind_the_first_change_after_a_start_with_another()
    {
        await using (var store = Open(OnlyOld))
        {
            await PutAsync(store, "one");
        }

        await using (var store = Open(Rotated))
        {
            await PutAsync(store, "two");
            Assert.Equal([New.Name], KeysOf(store.State.Log));
        }

        await using var later = Open(OnlyNew);
        Assert.True(later.State.TryGet("one", out _));
        Assert.True(later.State.TryGet("two", out _));
    }

    [Fact]
    public async Task A_stream_that_is_made_while_the_key_changes_gets_the_new_one()
    {
        await using var store = Open(OnlyOld);
        Task? changing = null;
        _disk.Before = (operation, path) =>
        {
            if (operation == nameof(IDisk.Create) && path.Contains("streams", StringComparison.Ordinal))
            {
                changing ??= store.ChangeEncryptionAsync(Rotated).AsTask();
            }
        };
        var stream = await store.CreateOrUpdateAsync(Definition("a"));
        Assert.NotNull(changing);
        await changing;
        Assert.Same(Rotated, store.Encryption);
        Assert.Same(Rotated, stream.Shards[0].Log.Options.Encryption);
    }

    public void Dispose() => _folder.Dispose();

    private StreamStore Open(LogEncryption encryption) => StreamStore.Open(
        new StreamStoreOptions { Folder = _folder.Path, Disk = _disk, Encryption = encryption });

    private static StreamDefinition Definition(string name) => new() { Name = name, SegmentSizeBytes = 64 << 10 };

    private static async Task PutAsync(StreamStore store, string key)
    {
        var batch = new StateBatch();
        batch.Put(key, "value"u8.ToArray());
        await store.State.CommitAsync(batch);
    }

    private static IEnumerable<string?> KeysOf(ShardLog log)
    {
        var uses = new List<LogKeyUse>();
        log.AddKeyUse(uses);
        return uses.Select(use => use.Name);
    }

    private SortedDictionary<string, string> Snapshot()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string[] folders = ["streams/a/shardId-000000000000", "streams/z/shardId-000000000000"];
        foreach (var folder in folders)
        {
            var path = Path.Combine(_folder.Path, folder).TrimEnd('/');
            foreach (var name in _disk.List(path))
            {
                var content = _disk.TryRead(Path.Combine(path, name));
                files[Path.Combine(folder, name)] = Convert.ToHexString(SHA256.HashData(content!));
            }
        }

        Assert.True(files.Count > 2);
        return files;
    }

    private static EncryptionKey Make(string name, byte seed)
    {
        var material = new byte[EncryptionKey.SizeBytes];
        for (var i = 0; i < material.Length; i++)
        {
            material[i] = (byte)(seed + (7 * i));
        }

        Assert.True(EncryptionKey.TryMake(name, material, out var key, out var problem), problem);
        return key;
    }
}
