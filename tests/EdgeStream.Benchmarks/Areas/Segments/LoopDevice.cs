using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>
/// An ext4 file system of its own on a loop device, whose counters are therefore ours alone. Needs root.
/// </summary>
internal sealed class LoopDevice : IAsyncDisposable
{
    private const int SectorSizeBytes = 512;
    private const int WritesField = 4;
    private const int SectorsWrittenField = 6;
    private const int FlushesField = 15;
    private const int FillSizeBytes = 1 << 20;

    private readonly TemporaryFolder _folder = new("loop");
    private string _device = "";

    private LoopDevice()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Combine("mount");

    /// <summary>Makes the file system and mounts it.</summary>
    /// <exception cref="InvalidOperationException">A tool is missing or this is not root.</exception>
    public static async Task<LoopDevice> MakeAsync(long sizeBytes)
    {
        var made = new LoopDevice();
        try
        {
            var image = made._folder.Combine("image");
            await FillAsync(image, sizeBytes);

            // Everything is initialized now, so that no background work of the file system counts as ours.
            await RunAsync("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image);
            made._device = (await RunAsync("losetup", "--find", "--show", image)).Trim();
            Directory.CreateDirectory(made.Path);
            await RunAsync("mount", "-o", "noatime", made._device, made.Path);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>What reached the device so far: file data, metadata and journal, after everything is flushed.</summary>
    public async Task<DeviceCount> CountAsync()
    {
        await RunAsync("sync", "--file-system", Path);
        var name = System.IO.Path.GetFileName(_device);
        var fields = (await File.ReadAllTextAsync($"/sys/block/{name}/stat"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new DeviceCount(
            Number(fields[SectorsWrittenField]) * SectorSizeBytes,
            Number(fields[WritesField]),
            Number(fields[FlushesField]));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_device.Length > 0)
        {
            await Command.RunAsync("umount", [Path]);
            await Command.RunAsync("losetup", ["--detach", _device]);
        }

        _folder.Dispose();
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await Command.RunAsync(program, arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException(
                $"{program} failed, which this area needs (as root, with e2fsprogs and mount): {result.Error}");
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Writes all of the image, so that the disk under it has nothing to allocate later.</summary>
    private static async Task FillAsync(string image, long sizeBytes)
    {
        await using var file = File.Create(image);
        var bytes = new byte[FillSizeBytes];
        bytes.AsSpan().Fill(1);
        for (long written = 0; written < sizeBytes; written += bytes.Length)
        {
            await file.WriteAsync(bytes);
        }

        file.Flush(flushToDisk: true);
    }
}
