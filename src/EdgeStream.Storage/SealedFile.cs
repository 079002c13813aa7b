namespace EdgeStream.Storage;

/// <summary>A segment that is not written any more and still lacks its index file.</summary>
internal sealed class SealedFile(IDisk disk, Segment segment, IDiskFile file, SegmentIndex index)
{
    /// <summary>
    /// Writes the index file, with the checksum of the whole segment; a mostly empty segment gives the rest of its room
    /// back.
    /// </summary>
    /// <remarks>The index only saves work, so a full disk may refuse it.</remarks>
    internal void Finish()
    {
        try
        {
            segment.TryWithFiles(Save);
        }
        finally
        {
            file.Dispose();
        }
    }

    private void Save()
    {
        if (segment.IsCompressed)
        {
            // Its block table is its index already, and the file that was written to is gone.
            return;
        }

        var complete = index with { SegmentChecksum = Checksum() };
        var isMostlyEmpty = index.EndOffset < segment.SizeBytes - SegmentIndex.PointDistanceBytes;
        try
        {
            disk.Replace(segment.IndexPath, complete.ToBytes());
        }
        catch (DiskFullException)
        {
            // The room is given back all the same: a full disk needs it most.
        }

        if (isMostlyEmpty)
        {
            file.Truncate(index.EndOffset);
        }

        segment.Seal(complete, isMostlyEmpty ? index.EndOffset : segment.SizeBytes);
    }

    private uint Checksum()
    {
        var region = segment.Acquire();
        try
        {
            return Crc32C.Compute(region.Bytes[..index.EndOffset]);
        }
        finally
        {
            segment.Release(region);
        }
    }
}
