namespace EdgeStream.Storage;

/// <summary>Which sealed segments of a log are no longer kept, and when the active one should end.</summary>
/// <remarks>
/// Age is measured on the monotonic clock where both times are of the same start of the machine. Otherwise it is the
/// difference of wall times, but a wall time from before <see cref="ClockSet"/> says nothing: a board without a clock
/// battery starts in 1970, and its records must not be evicted the moment its clock is set.
/// </remarks>
internal static class Retention
{
    /// <summary>No working clock shows an earlier time: 2024-01-01T00:00:00Z.</summary>
    private static readonly Timestamp ClockSet = Timestamp.FromUnixMilliseconds(1_704_067_200_000);

    /// <summary>
    /// A segment is sealed after this part of the retention age, so that its records do not stay much longer.
    /// </summary>
    private const int RollsPerRetentionAge = 4;

    /// <summary>Evicts what is over age or over size; returns the number of records that went.</summary>
    internal static long Apply(ShardLog log, LogClock clock, ShardLogOptions options)
    {
        var segments = log.Segments;
        var size = log.SizeBytes;
        var oldestKept = 0;
        while (oldestKept < segments.Length - 1)
        {
            // The next segment was begun when this one's newest record was written.
            var isOld = Age(segments[oldestKept + 1].Header, clock) > options.RetentionAge;
            var isTooMuch = size > options.RetentionBytes && segments.Length - oldestKept > 2;
            if (!isOld && !isTooMuch)
            {
                break;
            }

            size -= segments[oldestKept].SizeBytes;
            oldestKept++;
        }

        return oldestKept == 0 ? 0 : log.EvictBefore(segments[oldestKept].FirstSequence);
    }

    /// <summary>Whether the active segment holds records and has been open for its part of the retention age.</summary>
    internal static bool IsDueForRoll(Segment active, SequenceNumber newest, LogClock clock, ShardLogOptions options) =>
        newest >= active.FirstSequence && Age(active.Header, clock) > options.RetentionAge / RollsPerRetentionAge;

    private static TimeSpan Age(in SegmentHeader header, LogClock clock)
    {
        if (header.BootOrdinal == clock.BootOrdinal)
        {
            return TimeSpan.FromMicroseconds(clock.MonotonicMicroseconds - header.MonotonicMicroseconds);
        }

        var now = clock.WallTime;
        return header.Created < ClockSet || now < header.Created
            ? TimeSpan.Zero
            : TimeSpan.FromMicroseconds(now.UnixMicroseconds - header.Created.UnixMicroseconds);
    }
}
