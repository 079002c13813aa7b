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
}
