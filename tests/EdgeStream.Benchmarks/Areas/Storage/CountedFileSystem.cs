using System.Globalization;
using EdgeStream.Benchmarks.Areas.Storage.Limits;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>An ext4 of its own on a loop device, whose statistics say what reached it.</summary>
internal sealed class CountedFileSystem : IDisposable
{
    private const long SizeBytes = 1L << 30;
    private const int SectorSizeBytes = 512;
    private const int SectorsWrittenField = 6;

    private readonly TemporaryFolder _folder = new("storage-device");
    private readonly string _device;

    /// <summary>Makes and mounts it.</summary>
    public CountedFileSystem()
    {
        var image = _folder.Combine("image");
        using (var file = File.OpenHandle(image, FileMode.CreateNew, FileAccess.ReadWrite))
        {
            RandomAccess.SetLength(file, SizeBytes);
        }

        // Nothing is left for the kernel to initialize later, which would be counted as well.
        Run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image);
        Folder = _folder.MakeFolder("mounted");
        _device = Run("losetup", "--find", "--show", image).Trim();
        Run("mount", _device, Folder);
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Whether this process may make one.</summary>
    public static bool IsAvailable() =>
        Environment.UserName == "root" && File.Exists("/dev/loop-control") && File.Exists("/usr/sbin/mkfs.ext4");

    /// <summary>Bytes written to the device so far, everything that was in the cache included.</summary>
    public long WrittenBytes()
    {
        PlainFile.SyncFileSystem(Folder);
        var fields = File.ReadAllText($"/sys/block/{Path.GetFileName(_device)}/stat")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(fields[SectorsWrittenField], CultureInfo.InvariantCulture) * SectorSizeBytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A store may leave mappings to the garbage collector: what nobody uses any more goes when they do.
        Run("umount", "--lazy", Folder);
        Run("losetup", "--detach", _device);
        _folder.Dispose();
    }

    private static string Run(string program, params string[] arguments)
    {
        var result = Command.RunAsync(program, arguments).GetAwaiter().GetResult();
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{program} ended with {result.ExitCode}: {result.Output}");
    }
}
