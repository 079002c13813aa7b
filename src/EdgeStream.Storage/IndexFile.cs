namespace EdgeStream.Storage;

/// <summary>The index file beside a segment, as recovery reads and writes it.</summary>
internal static class IndexFile
{
    /// <summary>What the index file says of a segment; null where there is none to believe.</summary>
    /// <param name="disk">Where it is.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="sizeBytes">The size that its file has or had: no end lies behind it.</param>
    /// <param name="isReadable">False where there is one and the device cannot read it.</param>
    internal static SegmentIndex? Read(IDisk disk, Segment segment, int sizeBytes, out bool isReadable)
    {
        var content = TryReadBytes(disk, segment.IndexPath, out isReadable);
        var index = content is null ? null : SegmentIndex.TryRead(content, segment.Header.Salt, segment.Cipher);
        return index is not null && index.EndOffset >= segment.Header.EntriesOffset && index.EndOffset <= sizeBytes
            ? index
            : null;
    }

    /// <summary>
    /// What the index file says of a sealed segment, but for its checkpoints; null where it says nothing.
    /// </summary>
    internal static SegmentIndex? ReadSealed(IDisk disk, Segment segment)
    {
        var content = TryReadBytes(disk, segment.IndexPath, out _);
        var index = content is null ? null : SegmentIndex.TryRead(content, segment.Header.Salt);

        // A mark is from before the segment was sealed, and knows only its beginning.
        return index is { IsMark: true } ? null : index;
    }

    /// <summary>The salt that a segment has by what stands beside it; null where nothing says it.</summary>
    internal static ulong? ReadSalt(IDisk disk, string segmentPath) =>
        SegmentIndex.TryReadSalt(TryReadBytes(disk, Path.ChangeExtension(segmentPath, ".index"), out _));

    /// <summary>Writes it; false where the disk is full: what was there before is there still.</summary>
    internal static bool TryKeep(IDisk disk, Segment segment, SegmentIndex index)
    {
        try
        {
            disk.Replace(segment.IndexPath, index.ToBytes(segment.Cipher));
            return true;
        }
        catch (DiskFullException)
        {
            return false;
        }
    }

    /// <summary>
    /// Its bytes; null where there are none, or none that can be read. An index only saves work, so that keeps nobody
    /// from anything.
    /// </summary>
    internal static byte[]? TryReadBytes(IDisk disk, string path, out bool isReadable)
    {
        isReadable = true;
        try
        {
            return disk.TryRead(path);
        }
        catch (IOException)
        {
            isReadable = false;
            return null;
        }
    }
}
