namespace EdgeStream.Storage.Tests;

/// <summary>What the real file system refuses is an <see cref="IOException"/>, as of every disk.</summary>
public sealed class NativeDiskTests
{
    /// <summary>Nobody may remove it, not even root.</summary>
    private const string KeptByTheKernel = "/proc/version";

    [Fact]
    public void A_file_that_may_not_be_removed_is_an_error_of_the_disk()
    {
        var error = Assert.Throws<IOException>(static () => new NativeDisk().Delete(KeptByTheKernel));
        Assert.Contains(KeptByTheKernel, error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(KeptByTheKernel));
    }
}
