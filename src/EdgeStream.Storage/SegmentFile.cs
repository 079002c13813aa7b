using System.Globalization;

namespace EdgeStream.Storage;

/// <summary>Names and beginnings of segment files: <c>&lt;first sequence, 20 digits&gt;.log</c>.</summary>
internal static class SegmentFile
{
    internal const string Extension = ".log";

    private const int NameDigits = 20;

    /// <summary>A page: header and a block of the segment's own.</summary>
    private const int BeginningSizeBytes = 4 << 10;

    /// <summary>Makes a spare file a segment without records, durable with its name; opens it for writing.</summary>
    /// <remarks>
    /// Header and checkpoints are durable before the name, so that a segment never has the header of what the file was
    /// before, and never lacks what the segments before it need no longer keep.
    /// </remarks>
    internal static BegunSegment Begin(IDisk disk, string sparePath, bool isRecycled, string folder, SegmentStart start)
    {
        var header = start.ToHeader(isRecycled);
        var cipher = start.Key is null ? null : SegmentCipher.Create(start.Key, header.Salt, start.First);
        var head = start.LayHead(header, cipher);
        var path = PathOf(folder, start.First);
        try
        {
            WriteHead(disk, sparePath, head.Bytes);
            disk.Rename(sparePath, path);
        }
        catch (IOException error) when (error is DiskFullException || NativeMethods.IsDiskFull(error))
        {
            // Where the file has its new name already, nothing may be appended before it: no full disk any more.
            var isSpare = disk.List(folder).Contains(Path.GetFileName(sparePath));
            throw isSpare
                ? new DiskFullException($"No room to begin {path}: free some space.", error)
                : new IOException($"{path} was made, and its name could not be made durable: {error.Message}", error);
        }

        var segment = new Segment(disk, path, header, start.SizeBytes, cipher);
        segment.Publish(head.Bytes.Length);
        return new BegunSegment(
            segment, disk.Open(path), head.Chain, Crc32C.Append(uint.MaxValue, head.Bytes), head.Points);
    }

    /// <exception cref="UnusableSpareException">The file cannot be written; it is a spare as before.</exception>
    private static void WriteHead(IDisk disk, string sparePath, ReadOnlySpan<byte> head)
    {
        try
        {
            using var spare = disk.Open(sparePath);
            spare.Write(0, head);
            spare.Sync();
        }
        catch (IOException error) when (error is not DiskFullException && !NativeMethods.IsDiskFull(error))
        {
            throw new UnusableSpareException($"{sparePath} cannot become a segment: {error.Message}", error);
        }
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

    /// <summary>
    /// Reads a segment's header by a call, without mapping the file; damaged where the device cannot read it.
    /// </summary>
    internal static SegmentHeaderStatus ReadHeader(IDiskFile file, out SegmentHeader header) =>
        SegmentHeader.Read(ReadBeginning(file, out _), out header);

    /// <summary>The first bytes of a file, up to the longest header or the file's end.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isReadable">Whether the device can read them; zeros stand for them where it cannot.</param>
    internal static byte[] ReadBeginning(IDiskFile file, out bool isReadable)
    {
        var beginning = new byte[Math.Min(BeginningSizeBytes, file.SizeBytes)];
        isReadable = SectorRead.Fill(file.Read, 0, beginning) is null;
        return beginning;
    }

    /// <summary>A header and, where it is encrypted, the key block behind it; with the checksum at its end.</summary>
    internal static (byte[] Bytes, uint Checksum) ToBytes(in SegmentHeader header, SegmentCipher? cipher)
    {
        var bytes = new byte[header.EntriesOffset];
        var checksum = header.Write(bytes);
        return (bytes, cipher is null ? checksum : cipher.WriteBlock(bytes));
    }
}
