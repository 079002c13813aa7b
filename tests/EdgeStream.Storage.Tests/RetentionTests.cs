using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What retention takes, and what it must leave alone.</summary>
public sealed class RetentionTests
{
    private static readonly DateTimeOffset Today = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Segments_over_age_go_and_their_records_are_counted()
    {
        var clock = new ManualTimeProvider(Today);
        using var log = new OpenLog(Disk(), OpenLog.Options() with { RetentionAge = TimeSpan.FromHours(1) }, clock);
        FillSegments(log, 3);
        var oldest = log.Log.OldestSequence;
        clock.Advance(TimeSpan.FromMinutes(61));

        var evicted = log.Log.Tick();

        Assert.True(evicted > 0);
        Assert.Equal(oldest.Value + evicted, log.Log.OldestSequence.Value);
        Assert.Equal(log.Log.NewestSequence.Value - log.Log.OldestSequence.Value + 1, log.ReadAll().Count);
    }

    [Fact]
    public void Segments_over_the_byte_limit_go_but_two_always_stay()
    {
        using var log = new OpenLog(Disk(), OpenLog.Options() with { RetentionBytes = 1 });
        FillSegments(log, 5);
        log.Log.Tick();
        Assert.Equal(2, log.Log.Segments.Length);
    }

    [Fact]
    public void Setting_the_clock_from_1970_to_today_evicts_nothing()
    {
        var disk = Disk();
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var options = OpenLog.Options() with { RetentionAge = TimeSpan.FromHours(1) };
        using var log = new OpenLog(disk, options, clock);
        FillSegments(log, 3);
        clock.SetUtcNow(Today);
        Assert.Equal(0, log.Log.Tick());
        log.Close();

        using var afterReboot = new OpenLog(disk, options, new ManualTimeProvider(Today.AddDays(1)), boot: 2);
        Assert.Equal(0, afterReboot.Log.Tick());
        Assert.Equal(SequenceNumber.First, afterReboot.Log.OldestSequence);
    }

    [Fact]
    public void A_quiet_log_seals_its_segment_after_a_quarter_of_the_retention_age()
    {
        var clock = new ManualTimeProvider(Today);
        using var log = new OpenLog(Disk(), OpenLog.Options() with { RetentionAge = TimeSpan.FromHours(4) }, clock);
        log.AppendAcknowledged("old");
        clock.Advance(TimeSpan.FromMinutes(61));
        log.Log.Tick();
        Assert.True(SpinWait.SpinUntil(() => log.Log.Segments.Length == 2, TimeSpan.FromSeconds(30)));
        Assert.Equal(new SequenceNumber(2), log.AppendAcknowledged("new"));
        Assert.Equal(2, log.ReadAll().Count);
    }

    [Fact]
    public void A_reader_reads_an_evicted_segment_to_its_end_and_counts_what_it_missed_behind_it()
    {
        using var log = new OpenLog(Disk());
        FillSegments(log, 4);
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        Assert.True(reader.TryRead(out _));
        var secondStart = log.Log.Segments[1].FirstSequence;
        var lastStart = log.Log.Segments[^1].FirstSequence;

        log.Log.EvictBefore(lastStart, EvictionReason.Bytes);

        long read = 1;
        while (reader.TryRead(out _))
        {
            read++;
        }

        Assert.Equal(new LogGap(secondStart, lastStart.Previous, LogGapReason.Evicted), reader.Gap);
        Assert.Equal(lastStart.Value - secondStart.Value, reader.SkippedRecords);
        Assert.Equal(log.Log.NewestSequence.Value, read + reader.SkippedRecords);
    }

    private static SimulatedDisk Disk() => new(new Random(1));

    private static void FillSegments(OpenLog log, int count)
    {
        var value = new string('x', 1000);
        while (log.Log.Segments.Length < count)
        {
            log.AppendAcknowledged(value);
        }
    }
}
