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
        var header = new SegmentHeader(
            sizeBytes,
            first,
            clock.WallTime,
            BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            predecessorChecksum,
            clock.BootOrdinal,
            clock.MonotonicMicroseconds);
        var path = PathOf(folder, first);
        var bytes = new byte[SegmentHeader.SizeBytes];
        var chain = header.Write(bytes);

        // A leftover of a crash between making the file and writing its header holds nothing.
        disk.Delete(path);
        var file = disk.Create(path, sizeBytes);
        try
        {
            file.Write(0, bytes);
            file.Sync();
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }

        return (new Segment(disk, path, header, sizeBytes), file, chain);
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
}
