using System.Globalization;
using System.Text;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Wear;

/// <summary>The counts of Linux: <c>/proc/self/io</c>, and the statistics of the block device.</summary>
/// <remarks>
/// Sources: proc_pid_io(5), proc_pid_mountinfo(5), and Documentation/block/stat.rst of the kernel. What the process
/// has written is counted when its pages become dirty; the file system's journal and what the card does inside are not
/// in it. The disk's count has everybody's writes, the journal's included. A partition counts as its whole disk, since
/// that is what wears.
/// </remarks>
internal sealed class KernelWearSource : IWearSource
{
    private const int SectorSizeBytes = 512;
    private const int WrittenSectorsField = 6;

    private readonly string _root;
    private readonly string? _statistics;

    /// <summary>Finds the disk under a folder.</summary>
    /// <param name="folder">The data folder, an absolute path; it may lead through symbolic links.</param>
    /// <param name="root">The folder that holds <c>proc</c> and <c>sys</c>.</param>
    public KernelWearSource(string folder, string root = "/")
    {
        _root = root;
        BootId = ReadOrNull(Path.Combine(root, "proc/sys/kernel/random/boot_id"))?.Trim() ?? "";
        if (DeviceNumberOf(RealFolder.Of(folder)) is { } number
            && Path.Combine(root, "sys/dev/block", number) is var link
            && Directory.Exists(link))
        {
            var device = new FileInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link;
            var isPartition = File.Exists(Path.Combine(device, "partition"));
            var disk = isPartition ? Path.GetDirectoryName(device)! : device;
            if (File.Exists(Path.Combine(disk, "stat")))
            {
                Device = Path.GetFileName(disk);
                _statistics = Path.Combine(disk, "stat");
            }
        }
    }

    /// <inheritdoc/>
    public string? Device { get; }

    /// <inheritdoc/>
    public string BootId { get; }

    /// <inheritdoc/>
    public WearCounters Read()
    {
        var process = ReadOrNull(Path.Combine(_root, "proc/self/io"));
        var disk = _statistics is null ? null : ReadOrNull(_statistics);
        return new WearCounters(
            process is null ? null : WrittenBytesOfProcess(process), disk is null ? null : WrittenBytesOfDisk(disk));
    }

    private static long? WrittenBytesOfProcess(string statistics)
    {
        long? written = null;
        long cancelled = 0;
        foreach (var line in statistics.Split('\n'))
        {
            if (line.StartsWith("write_bytes:", StringComparison.Ordinal))
            {
                written = NumberAfterColon(line);
            }
            else if (line.StartsWith("cancelled_write_bytes:", StringComparison.Ordinal))
            {
                cancelled = NumberAfterColon(line);
            }
        }

        return written is { } bytes ? Math.Max(0, bytes - cancelled) : null;
    }

    /// <summary>The device number of the mount that holds a folder, as <c>major:minor</c>.</summary>
    private string? DeviceNumberOf(string folder)
    {
        string? number = null;
        var longest = -1;
        foreach (var line in ReadOrNull(Path.Combine(_root, "proc/self/mountinfo"))?.Split('\n') ?? [])
        {
            // "36 35 98:0 /root /mount/point options …": a later mount on the same point hides the earlier one.
            var fields = line.Split(' ');
            if (fields.Length > 4
                && Unescape(fields[4]) is var mountPoint
                && mountPoint.Length >= longest
                && IsBelow(folder, mountPoint))
            {
                longest = mountPoint.Length;
                number = fields[2];
            }
        }

        return number;
    }

    /// <summary>The kernel writes space, tab, line feed and backslash as three octal digits: <c>\040</c>.</summary>
    private static string Unescape(string path)
    {
        if (!path.Contains('\\'))
        {
            return path;
        }

        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '\\'
                && i + 3 < path.Length
                && IsOctal(path[i + 1])
                && IsOctal(path[i + 2])
                && IsOctal(path[i + 3]))
            {
                text.Append((char)(((path[i + 1] - '0') * 64) + ((path[i + 2] - '0') * 8) + path[i + 3] - '0'));
                i += 3;
            }
            else
            {
                text.Append(path[i]);
            }
        }

        return text.ToString();
    }

    private static bool IsOctal(char digit) => digit is >= '0' and <= '7';

    private static bool IsBelow(string folder, string mountPoint) =>
        mountPoint == "/"
        || (folder.StartsWith(mountPoint, StringComparison.Ordinal)
            && (folder.Length == mountPoint.Length || folder[mountPoint.Length] == '/'));

    private static long? WrittenBytesOfDisk(string statistics)
    {
        var fields = statistics.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > WrittenSectorsField
            && long.TryParse(
                fields[WrittenSectorsField], NumberStyles.None, CultureInfo.InvariantCulture, out var sectors)
            ? sectors * SectorSizeBytes
            : null;
    }

    private static long NumberAfterColon(string line) =>
        long.TryParse(
            line.AsSpan(line.IndexOf(':') + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : 0;

    private static string? ReadOrNull(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
