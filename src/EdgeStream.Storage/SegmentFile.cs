using System.Globalization;
using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>Names and beginnings of segment files: <c>&lt;first sequence, 20 digits&gt;.log</c>.</summary>
internal static class SegmentFile
{
    internal const string Extension = ".log";

    private const int NameDigits = 20;

    /// <summary>Makes an empty segment, durable with its name, and returns it open for writing.</summary>
    /// <returns>The segment, its file, and the header's checksum: the start of its chain.</returns>
    internal static (Segment Segment, IDiskFile File, uint Chain) Create(
        IDisk disk, string folder, int sizeBytes, SequenceNumber first, uint predecessorChecksum, LogClock clock)
    {
        var header = NewHeader(sizeBytes, first, predecessorChecksum, clock, SegmentFlags.None);
        var path = PathOf(folder, first);

        // A leftover of a crash between making the file and writing its header holds nothing.
        disk.Delete(path);
        var file = disk.Create(path, sizeBytes);
        return (new Segment(disk, path, header, sizeBytes), file, WriteHeader(file, header));
    }

    /// <summary>Makes a spare file an empty segment, durable with its name, and returns it open for writing.</summary>
    /// <returns>As <see cref="Create"/>.</returns>
    /// <remarks>
    /// The header is durable before the name, so that a segment never has the header of what the file was before.
    /// </remarks>
    internal static (Segment Segment, IDiskFile File, uint Chain) Begin(
        IDisk disk,
        string sparePath,
        bool isRecycled,
        string folder,
        int sizeBytes,
        SequenceNumber first,
        uint predecessorChecksum,
        LogClock clock)
    {
        var flags = isRecycled ? SegmentFlags.Recycled : SegmentFlags.None;
        var header = NewHeader(sizeBytes, first, predecessorChecksum, clock, flags);
        var path = PathOf(folder, first);
        uint chain;
        using (var spare = disk.Open(sparePath))
        {
            chain = WriteHeader(spare, header);
        }

        disk.Rename(sparePath, path);
        return (new Segment(disk, path, header, sizeBytes), disk.Open(path), chain);
    }

    /// <summary>The path of the segment that begins with this record.</summary>
    internal static string PathOf(string folder, SequenceNumber first) =>
        Path.Combine(folder, first.Value.ToString("D" + NameDigits, CultureInfo.InvariantCulture) + Extension);

    /// <summary>Reads a segment's first sequence number from its file name; false for any other file.</summary>
    internal static bool TryParseName(string name, out SequenceNumber first)
    {
        first = default;
        if (name.Length != NameDigits + Extension.Length
            || !name.EndsWith(Extension, StringComparison.Ordinal)
            || !long.TryParse(
                name.AsSpan(0, NameDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value < 1)
        {
            return false;
        }

        first = new SequenceNumber(value);
        return true;
    }

    private static SegmentHeader NewHeader(
        int sizeBytes, SequenceNumber first, uint predecessorChecksum, LogClock clock, SegmentFlags flags) => new(
        sizeBytes,
        first,
        clock.WallTime,
        BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
        predecessorChecksum,
        clock.BootOrdinal,
        clock.MonotonicMicroseconds,
        flags);

    private static uint WriteHeader(IDiskFile file, in SegmentHeader header)
    {
        var bytes = new byte[SegmentHeader.SizeBytes];
        var chain = header.Write(bytes);
        try
        {
            file.Write(0, bytes);
            file.Sync();
            return chain;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }
}
