using System.Text;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>How full the data folder's file system is, and what the disks read and write.</summary>
/// <remarks>
/// Used is what <c>df</c> shows: used of what an ordinary user could use. Counters come from <c>/proc/diskstats</c> in
/// sectors of 512 bytes, whatever the device's own sector size (the kernel's Documentation/admin-guide/iostats.rst), of
/// the block devices that stand on hardware: no partitions, loops, RAM disks or mappings, which would count twice.
/// </remarks>
internal sealed class DiskCollector(string root, string dataFolder, FieldNames names, BoardReadFailures failures)
    : IBoardCollector
{
    private const int DiskCountMax = 16;
    private const double SectorSizeBytes = 512;

    private readonly KernelFile _statistics = new(Path.Combine(root, "proc/diskstats"), failures);
    private readonly JsonEncodedText _usedPercentName = names.Reserve("disk_used_percent");
    private readonly JsonEncodedText _freeName = names.Reserve("disk_free_bytes");
    private readonly JsonEncodedText _totalName = names.Reserve("disk_total_bytes");
    private readonly List<Disk> _disks = [];
    private bool _spaceFailed;

    /// <inheritdoc/>
    public void Rescan()
    {
        var present = KernelFolder.List(Path.Combine(root, "sys/block"), "")
            .Where(folder => Directory.Exists(Path.Combine(folder, "device")))
            .Select(folder => Path.GetFileName(folder))
            .Take(DiskCountMax)
            .ToList();
        foreach (var gone in _disks.Where(disk => !present.Contains(disk.DeviceName)).ToList())
        {
            _disks.Remove(gone);
            gone.Release(names);
        }

        foreach (var added in present.Where(name => !_disks.Exists(disk => disk.DeviceName == name)))
        {
            _disks.Add(new Disk(added, names));
        }
    }

    /// <inheritdoc/>
    public void Sample(TimeSpan now, BoardFields fields)
    {
        SampleSpace(fields);
        if (_disks.Count == 0 || !_statistics.TryRead(fields.FileBuffer, out var text))
        {
            return;
        }

        _statistics.Succeed();
        while (KernelText.TryTakeLine(ref text, out var line))
        {
            // Columns: major, minor, name, reads, merged, sectors, ms, writes, merged, sectors, ms, in flight, ms busy.
            KernelText.SkipWords(ref line, 2);
            if (!KernelText.TryTakeWord(ref line, out var name) || Find(name) is not { } disk)
            {
                continue;
            }

            KernelText.SkipWords(ref line, 2);
            if (KernelText.TryTakeCounter(ref line, out var sectorsRead))
            {
                KernelText.SkipWords(ref line, 3);
                if (KernelText.TryTakeCounter(ref line, out var sectorsWritten))
                {
                    disk.Sample(sectorsRead, sectorsWritten, now, fields);
                }
            }
        }
    }

    private Disk? Find(ReadOnlySpan<byte> name)
    {
        foreach (var disk in _disks)
        {
            if (name.SequenceEqual(disk.DeviceNameUtf8))
            {
                return disk;
            }
        }

        return null;
    }

    private void SampleSpace(BoardFields fields)
    {
        try
        {
            var space = new DriveInfo(dataFolder);
            double total = space.TotalSize;
            double used = total - space.TotalFreeSpace;
            double available = space.AvailableFreeSpace;
            if (used + available > 0)
            {
                fields.Add(_usedPercentName, 100 * used / (used + available), decimals: 2);
                fields.Add(_freeName, available, decimals: 0);
                fields.Add(_totalName, total, decimals: 0);
            }

            _spaceFailed = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failures.Add(dataFolder, exception.Message, isFirst: !_spaceFailed);
            _spaceFailed = true;
        }
    }

    private sealed class Disk(string deviceName, FieldNames names)
    {
        private readonly JsonEncodedText _readName = names.Take("disk " + deviceName, "read_bytes_per_second");
        private readonly JsonEncodedText _writtenName = names.Take("disk " + deviceName, "written_bytes_per_second");
        private CounterRate _read;
        private CounterRate _written;

        internal string DeviceName => deviceName;

        internal byte[] DeviceNameUtf8 { get; } = Encoding.UTF8.GetBytes(deviceName);

        internal void Sample(ulong sectorsRead, ulong sectorsWritten, TimeSpan now, BoardFields fields)
        {
            if (_read.TryAdvance(sectorsRead, now, out var readPerSecond))
            {
                fields.Add(_readName, readPerSecond * SectorSizeBytes, decimals: 1);
            }

            if (_written.TryAdvance(sectorsWritten, now, out var writtenPerSecond))
            {
                fields.Add(_writtenName, writtenPerSecond * SectorSizeBytes, decimals: 1);
            }
        }

        internal void Release(FieldNames owner)
        {
            owner.Release(_readName);
            owner.Release(_writtenName);
        }
    }
}
