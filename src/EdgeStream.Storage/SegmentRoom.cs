namespace EdgeStream.Storage;

/// <summary>Makes a segment where its log's <see cref="ILogSpace"/> and the disk both have room for it.</summary>
internal static class SegmentRoom
{
    /// <summary>How often room is freed for one segment before the disk counts as full.</summary>
    private const int FreeTriesMax = 8;

    /// <summary>The new segment; null when there is no room.</summary>
    /// <exception cref="IOException">Making the file failed for another reason than want of room.</exception>
    internal static BegunSegment? TryMake(ILogSpace? space, SegmentSpares spares, SegmentStart start)
    {

        // A spare is counted already: to use it takes nothing more.
        if (space is not null
            && !spares.HasReady(start.SizeBytes)
            && !space.TryAdmit(start.SizeBytes))
        {
            return null;
        }

        for (var tries = 0; ; tries++)
        {
            try
            {
                return spares.Begin(start);
            }
            catch (DiskFullException)
            {
                if (space is null || tries == FreeTriesMax || !space.TryFree(start.SizeBytes))
                {
                    return null;
                }
            }
        }
    }
}
