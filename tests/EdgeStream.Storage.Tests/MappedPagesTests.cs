using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What a mapping shows is read before it is looked at, and what cannot be read is never looked at.</summary>
public sealed class MappedPagesTests
{
    private const int SizeBytes = (3 << 20) + 12_345;
    private const int ShortSizeBytes = (2 << 20) + 70_000;

    public static TheoryData<int, int> Parts => new()
    {
        { 0, SizeBytes },
        { 4095, 4097 },
        { SizeBytes - 1, SizeBytes },
        { (1 << 20) - 3, (2 << 20) + 5 },
        { 100, 100 },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void Every_part_can_be_loaded_whether_the_kernel_has_it_or_not(int start, int end)
    {
        using var folder = new TemporaryFolder("pages");
        var path = Path.Combine(folder.Path, "file");
        var content = Write(path);
        foreach (var isInMemory in (bool[])[true, false])
        {
            using var file = new NativeDisk().Open(path);
            if (!isInMemory)
            {
                file.Sync();
                file.ReadDevice(0, new byte[SizeBytes]);
            }

            using var region = file.Map();

            Assert.True(region.TryLoad(start, end));
            Assert.True(content.AsSpan(start..end).SequenceEqual(region.Bytes[start..end]));
        }
    }

    [Fact]
    public void What_the_file_has_no_more_is_refused_and_what_it_has_is_not()
    {
        using var folder = new TemporaryFolder("pages");
        var path = Path.Combine(folder.Path, "file");
        Write(path);
        using var file = new NativeDisk().Open(path);
        using var region = file.Map();
        Assert.True(region.TryLoad(0, SizeBytes));

        file.Truncate(ShortSizeBytes);

        Assert.True(region.TryLoad(0, ShortSizeBytes));
        Assert.False(region.TryLoad(0, SizeBytes));
        Assert.False(region.TryLoad(SizeBytes - 1, SizeBytes));
        for (var start = ShortSizeBytes - 200_000; start < ShortSizeBytes; start += 4096)
        {
            Assert.False(region.TryLoad(start, SizeBytes));
        }
    }

    [Fact]
    public void The_kernel_is_not_believed_about_a_file_that_may_not_be_written()
    {
        using var folder = new TemporaryFolder("pages");
        var path = Path.Combine(folder.Path, "file");
        Write(path);
        Assert.True(NativeMethods.TellsResidency(path));
        File.SetAttributes(path, FileAttributes.ReadOnly);
        Assert.Equal(Environment.IsPrivilegedProcess, NativeMethods.TellsResidency(path));
        Assert.False(NativeMethods.TellsResidency(Path.Combine(folder.Path, "none")));
    }

    private static byte[] Write(string path)
    {
        var content = new byte[SizeBytes];
        new Random(7).NextBytes(content);
        File.WriteAllBytes(path, content);
        return content;
    }
}
