using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Wear;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>What the kernel's files say about written bytes.</summary>
public sealed class KernelWearSourceTests : IDisposable
{
    private const string Statistics =
        " 1000 20 30000 400 5000 60 7000 800 0 900 1000 0 0 0 0 0 0\n";

    private readonly TemporaryFolder _root = new("kernel");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_partition_counts_as_its_whole_disk_and_cancelled_writes_do_not_count()
    {
        MakeKernel("179:2", "mmcblk0/mmcblk0p2");
        File.WriteAllText(_root.Combine("devices/mmcblk0/mmcblk0p2/partition"), "2\n");
        var source = new KernelWearSource("/var/lib/edgestream", _root.Path);

        Assert.Equal("mmcblk0", source.Device);
        Assert.Equal("boot-1", source.BootId);
        Assert.Equal(new WearCounters(1_000_000 - 4_096, 7_000 * 512), source.Read());
    }

    [Fact]
    public void A_folder_in_memory_has_no_disk_and_the_process_is_counted_all_the_same()
    {
        MakeKernel("0:41", null);
        var source = new KernelWearSource("/var/lib/edgestream", _root.Path);

        Assert.Null(source.Device);
        Assert.Equal(new WearCounters(1_000_000 - 4_096, null), source.Read());
    }

    [Fact]
    public void The_mount_that_holds_the_folder_counts_and_not_one_whose_name_begins_alike()
    {
        MakeKernel("179:2", "mmcblk0");
        var source = new KernelWearSource("/var/lib/edge", _root.Path);
        Assert.Null(source.Device);
    }

    [Fact]
    public void A_kernel_that_tells_nothing_is_no_error()
    {
        var source = new KernelWearSource("/var/lib/edgestream", _root.Path);
        Assert.Null(source.Device);
        Assert.Equal(new WearCounters(null, null), source.Read());
    }

    [Fact]
    public void A_process_that_may_not_read_its_own_counts_still_has_those_of_the_disk()
    {
        MakeKernel("179:2", "mmcblk0");
        File.Delete(_root.Combine("proc/self/io"));
        var source = new KernelWearSource("/var/lib/edgestream", _root.Path);
        Assert.Equal(new WearCounters(null, 7_000 * 512), source.Read());
    }

    [Fact]
    public void A_data_folder_behind_symbolic_links_is_on_the_disk_that_they_lead_to()
    {
        var mounted = _root.Combine("real/card");
        Directory.CreateDirectory(mounted);
        Directory.CreateSymbolicLink(_root.Combine("real/second"), "../real/card");
        Directory.CreateSymbolicLink(_root.Combine("first"), _root.Combine("real/second"));
        MakeKernel("179:2", "mmcblk0", RealFolder.Of(mounted));

        var source = new KernelWearSource(_root.Combine("first/edgestream"), _root.Path);

        Assert.Equal("mmcblk0", source.Device);
    }

    [Fact]
    public void Links_that_lead_in_a_circle_are_followed_no_further_than_the_kernel_does()
    {
        Directory.CreateSymbolicLink(_root.Combine("a"), _root.Combine("b"));
        Directory.CreateSymbolicLink(_root.Combine("b"), _root.Combine("a"));
        Assert.EndsWith("/edgestream", RealFolder.Of(_root.Combine("a/edgestream")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/media/my card", "/media/my\\040card")]
    [InlineData("/media/a\\b", "/media/a\\134b")]
    [InlineData("/media/a\\04", "/media/a\\04")]
    public void A_mount_point_is_read_as_the_kernel_escapes_it(string folder, string written)
    {
        MakeKernel("179:2", "mmcblk0", written);
        Assert.Equal("mmcblk0", new KernelWearSource(folder + "/edgestream", _root.Path).Device);
    }

    /// <summary>A root file system in memory, and the data folder's own mount.</summary>
    private void MakeKernel(string number, string? device, string mountPoint = "/var/lib/edgestream")
    {
        Directory.CreateDirectory(_root.Combine("proc/self"));
        Directory.CreateDirectory(_root.Combine("proc/sys/kernel/random"));
        Directory.CreateDirectory(_root.Combine("sys/dev/block"));
        File.WriteAllText(_root.Combine("proc/sys/kernel/random/boot_id"), "boot-1\n");
        File.WriteAllText(
            _root.Combine("proc/self/io"),
            "rchar: 5\nwchar: 6\nread_bytes: 7\nwrite_bytes: 1000000\ncancelled_write_bytes: 4096\n");
        File.WriteAllText(
            _root.Combine("proc/self/mountinfo"),
            "22 1 0:20 / / rw - tmpfs none rw\n"
            + $"23 22 {number} / {mountPoint} rw,relatime shared:1 - ext4 /dev/x rw\n");
        if (device is null)
        {
            return;
        }

        var folder = _root.Combine($"devices/{device}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "stat"), "1 1 1 1 1 1 1 1\n");
        File.WriteAllText(_root.Combine($"devices/{device.Split('/')[0]}/stat"), Statistics);
        Directory.CreateSymbolicLink(_root.Combine($"sys/dev/block/{number}"), folder);
    }
}
