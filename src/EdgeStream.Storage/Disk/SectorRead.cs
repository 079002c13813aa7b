namespace EdgeStream.Storage;

/// <summary>Reads what can be read of a range and leaves zeros for the sectors that the device cannot read.</summary>
internal static class SectorRead
{
    private const int SectorSizeBytes = UnreadableSectors.SizeBytes;

    /// <summary>Reads a range; fewer bytes than asked for at the end of the file.</summary>
    internal delegate int Reader(long offset, Span<byte> target);

    /// <summary>Fills the target; behind the end of the file it is left as it is.</summary>
    /// <param name="read">Reads the file; an <see cref="IOException"/> is what the device cannot read.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="target">What to fill.</param>
    /// <param name="found">Gets the sectors that cannot be read; null for nobody.</param>
    /// <returns>The offset of the first sector that cannot be read; null when all can.</returns>
    internal static long? Fill(Reader read, long offset, Span<byte> target, UnreadableSectors? found = null)
    {
        try
        {
            var done = 0;
            int count;
            while ((count = read(offset + done, target[done..])) > 0)
            {
                done += count;
            }

            return null;
        }
        catch (IOException)
        {
            return FillBySectors(read, offset, target, found);
        }
    }

    private static long? FillBySectors(
        Reader read, long offset, Span<byte> target, UnreadableSectors? found)
    {
        var unreadable = default(long?);
        while (!target.IsEmpty)
        {
            var count = (int)Math.Min(target.Length, SectorSizeBytes - (offset % SectorSizeBytes));
            try
            {
                if (read(offset, target[..count]) == 0)
                {
                    break;
                }
            }
            catch (IOException)
            {
                target[..count].Clear();
                unreadable ??= offset;
                found?.Add(offset - (offset % SectorSizeBytes));
            }

            target = target[count..];
            offset += count;
        }

        return unreadable;
    }
}
