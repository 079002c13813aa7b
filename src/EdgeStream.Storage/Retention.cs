using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>Which sealed segments of a log are no longer kept, and when the active one should end.</summary>
/// <remarks>
/// Age is measured on the monotonic clock where both times are of the same start of the machine. Otherwise it is the
/// difference of wall times as they are known today (<see cref="ClockCorrections"/>), but one from before
/// <see cref="ClockCorrections.ClockSet"/> says nothing: a board without a clock battery starts in 1970, and its
/// records must not be evicted the moment its clock is set.
/// </remarks>
internal static class Retention
{
    /// <summary>
    /// A segment is sealed after this part of the retention age, so that its records do not stay much longer.
    /// </summary>
    private const int RollsPerRetentionAge = 4;

    /// <summary>
    /// Evicts what is over age or over size, and not protected; returns the number of records that went.
    /// </summary>
    internal static long Apply(ShardLog log, LogClock clock, ShardLogOptions options)
    {
        var segments = log.Segments;
        var end = EvictableCount(log, segments);
        var size = log.KeptBytes;
        var kept = 0;

        // The next segment was begun when this one's newest record was written.
        while (kept < end && Age(segments[kept + 1].Header, clock) > options.RetentionAge)
        {
            size -= segments[kept].SizeBytes;
            kept++;
        }

        var count = kept == 0 ? 0 : log.EvictBefore(segments[kept].FirstSequence, EvictionReason.Age);
        var keptByAge = kept;
        while (kept < end && size > options.RetentionBytes && segments.Length - kept > 2)
        {
            size -= segments[kept].SizeBytes;
            kept++;
        }

        return kept == keptByAge
            ? count
            : count + log.EvictBefore(segments[kept].FirstSequence, EvictionReason.Bytes);
    }

    /// <summary>Evicts the oldest sealed segment, if there is one and nobody protects it.</summary>
    internal static bool TryEvictOldest(ShardLog log, EvictionReason reason)
    {
        var segments = log.Segments;
        return log.MayEvict
            && EvictableCount(log, segments) > 0
            && log.EvictBefore(segments[1].FirstSequence, reason) >= 0;
    }

    /// <summary>Bytes of the sealed segments, split into those that may go and those that may not.</summary>
    internal static (long Protected, long Evictable) SealedBytes(ShardLog log)
    {
        var segments = log.Segments;
        var end = EvictableCount(log, segments);
        long kept = 0;
        long evictable = 0;
        for (var i = 0; i < segments.Length - 1; i++)
        {
            evictable += i < end ? segments[i].SizeBytes : 0;
            kept += i < end ? 0 : segments[i].SizeBytes;
        }

        return (kept, log.MayEvict ? evictable : 0);
    }

    /// <summary>Whether the active segment holds records and has been open for its part of the retention age.</summary>
    internal static bool IsDueForRoll(Segment active, SequenceNumber newest, LogClock clock, ShardLogOptions options) =>
        newest >= active.FirstSequence && Age(active.Header, clock) > options.RetentionAge / RollsPerRetentionAge;

    /// <summary>How many of the oldest segments are sealed and hold no protected record.</summary>
    private static int EvictableCount(ShardLog log, ImmutableArray<Segment> segments)
    {
        var protectedFrom = log.Options.Space?.ProtectedFrom ?? SequenceNumber.Last;
        var count = 0;
        while (count < segments.Length - 1 && segments[count + 1].FirstSequence <= protectedFrom)
        {
            count++;
        }

        return count;
    }

    private static TimeSpan Age(in SegmentHeader header, LogClock clock)
    {
        if (header.BootOrdinal == clock.BootOrdinal)
        {
            return TimeSpan.FromMicroseconds(clock.MonotonicMicroseconds - header.MonotonicMicroseconds);
        }

        var now = clock.RightTime;
        var created = header.CreatedBy(clock.Corrections);
        return created < ClockCorrections.ClockSet || now < created
            ? TimeSpan.Zero
            : TimeSpan.FromMicroseconds(now.UnixMicroseconds - created.UnixMicroseconds);
    }
}
