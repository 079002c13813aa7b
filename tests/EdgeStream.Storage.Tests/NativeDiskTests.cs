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

    [Theory]
    [InlineData("/tmp")]
    [InlineData("/dev/shm")]
    public void First_writes_are_costly_where_the_file_system_notes_them(string place)
    {
        var path = Path.Combine(place, $"edgestream-{Guid.NewGuid():N}");
        try
        {
            using var file = new NativeDisk().Create(path, 4096);
            Assert.Equal(new DriveInfo(place).DriveFormat is "ext4" or "xfs", file.IsFirstWriteCostly);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
