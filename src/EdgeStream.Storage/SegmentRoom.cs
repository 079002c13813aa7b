namespace EdgeStream.Storage;

/// <summary>Makes a segment where its log's <see cref="ILogSpace"/> and the disk both have room for it.</summary>
internal static class SegmentRoom
{
    /// <summary>How often room is freed for one segment before the disk counts as full.</summary>
    private const int FreeTriesMax = 8;

    /// <summary>The new segment, its file and its chain's start; null when there is no room.</summary>
    /// <exception cref="IOException">Making the file failed for another reason than want of room.</exception>
    internal static (Segment Segment, IDiskFile File, uint Chain)? TryMake(
        ShardLogOptions options, SegmentSpares spares, Func<(Segment Segment, IDiskFile File, uint Chain)> make)
    {
        var space = options.Space;

        // A spare is counted already: to use it takes nothing more.
        if (space is not null
            && !spares.HasReady(options.SegmentSizeBytes)
            && !space.TryAdmit(options.SegmentSizeBytes))
        {
            return null;
        }

        for (var tries = 0; ; tries++)
        {
            try
            {
                return make();
            }
            catch (DiskFullException)
            {
                if (space is null || tries == FreeTriesMax || !space.TryFree(options.SegmentSizeBytes))
                {
                    return null;
                }
            }
        }
    }
}
