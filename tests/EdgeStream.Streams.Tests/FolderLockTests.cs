using System.Security.Cryptography;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>One process owns a data folder, and who cannot is told why.</summary>
public sealed class FolderLockTests
{
    [Fact]
    public void A_lock_that_may_not_be_opened_is_an_input_output_error_that_names_the_folder()
    {
        using var folder = new TemporaryFolder("lock");

        // Not even the superuser opens a folder for writing.
        folder.MakeFolder(FolderLock.FileName);
        var error = Assert.Throws<IOException>(() => FolderLock.Take(folder.Path));
        Assert.Contains($"{folder.Path} cannot be locked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_owner_of_a_data_folder_is_refused_and_changes_nothing()
    {
        using var folder = new TemporaryFolder("lock");
        var options = new StreamStoreOptions { Folder = folder.Path, Disk = new NativeDisk() };
        await using var store = StreamStore.Open(options);
        var stream = await store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "readings", SegmentSizeBytes = 64 << 10 });
        await stream.AppendAsync("k"u8.ToArray(), "before"u8.ToArray());
        var before = FilesOf(folder.Path);

        var error = Assert.Throws<IOException>(() => StreamStore.Open(options));
        Assert.Contains($"{folder.Path} is in use by another process", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, FilesOf(folder.Path));

        await stream.AppendAsync("k"u8.ToArray(), "after"u8.ToArray());
        Assert.Equal(2, stream.Shards[0].NewestSequence.Value);
    }

    /// <summary>All files but the lock, each with its time of change and a checksum of its bytes.</summary>
    private static SortedDictionary<string, string> FilesOf(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(path) != FolderLock.FileName)
            {
                var hash = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
                files.Add(path, $"{File.GetLastWriteTimeUtc(path):O} {hash}");
            }
        }

        return files;
    }
}
