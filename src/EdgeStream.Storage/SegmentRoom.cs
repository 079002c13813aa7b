namespace EdgeStream.Storage;

/// <summary>Makes a segment where its log's <see cref="ILogSpace"/> and the disk both have room for it.</summary>
internal static class SegmentRoom
{
    /// <summary>How often room is freed for one segment before the disk counts as full.</summary>
    private const int FreeTriesMax = 8;

    /// <summary>The new segment; null when there is no room.</summary>
    /// <param name="space">Who says whether the log may grow; null if nobody does.</param>
    /// <param name="spares">The log's.</param>
    /// <param name="start">What it begins with.</param>
    /// <exception cref="IOException">Making the file failed for another reason than want of room.</exception>
    internal static BegunSegment? TryMake(ILogSpace? space, SegmentSpares spares, SegmentStart start)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return TryTakeSpare(space, spares, start.SizeBytes) is { } slot ? spares.Begin(slot, start) : null;
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

    /// <summary>A spare that waits, which is counted already, or a new one, if it is admitted.</summary>
    private static int? TryTakeSpare(ILogSpace? space, SegmentSpares spares, int size)
    {
        if (spares.TryTake(size) is { } ready)
        {
            return ready;
        }

        // A spare of another size would take room that this one needs. Of one that cannot be deleted upkeep tells.
        _ = spares.TryDeleteOtherSizes(size);
        int? made = null;

        // Room may have been made by evicting a segment of this log, which is a spare then.
        void Make() => made = spares.TryTake(size) ?? spares.Make(size);
        if (space is null)
        {
            Make();
        }
        else if (!space.TryAdmit(size, Make))
        {
            return null;
        }

        return made;
    }
}
