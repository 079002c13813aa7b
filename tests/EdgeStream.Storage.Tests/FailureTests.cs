using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What a log does when the disk refuses.</summary>
public sealed class FailureTests
{
    [Fact]
    public void A_failed_sync_is_not_acknowledged_and_ends_all_appends_while_reading_goes_on()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        log.AppendAcknowledged("safe");
        disk.SyncsUntilFailure = 0;

        var error = Assert.Throws<IOException>(() => log.AppendAcknowledged("lost"));

        Assert.Contains("failed to sync", error.Message, StringComparison.Ordinal);
        disk.SyncsUntilFailure = int.MaxValue;
        Assert.Equal(AppendStatus.Failed, log.Log.TryAppend("k"u8, "v"u8, null, out _));
        Assert.NotNull(log.Log.Failure);
        Assert.Equal("safe", Assert.Single(log.ReadAll()).Value);
    }

    [Fact]
    public void An_opening_that_the_disk_ends_leaves_no_file_open()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk))
        {
            log.AppendAcknowledged("written again when the log is opened");
        }

        var before = disk.OpenFileCount;
        disk.SyncsUntilFailure = 0;
        Assert.Throws<IOException>(() => new OpenLog(disk));
        Assert.Equal(before, disk.OpenFileCount);
    }

    [Fact]
    public void What_a_failed_sync_left_in_the_cache_is_written_again_before_it_counts_as_durable()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk))
        {
            log.AppendAcknowledged("safe");
            disk.SyncsUntilFailure = 0;
            Assert.Throws<IOException>(() => log.AppendAcknowledged("in the cache only"));
        }

        disk.SyncsUntilFailure = int.MaxValue;
        SortedDictionary<long, string> seen;
        using (var restarted = new OpenLog(disk))
        {
            seen = restarted.ReadAll();
        }

        disk.CutPower();
        using var afterCut = new OpenLog(disk);
        Assert.Equal(seen, afterCut.ReadAll());
    }

    [Fact]
    public void An_empty_segment_that_is_too_small_is_replaced_and_nothing_is_evicted_with_it()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        var larger = 8 * OpenLog.SegmentSizeBytes;
        log.Log.Options = OpenLog.Options() with { SegmentSizeBytes = larger, RetentionBytes = 1 };
        log.AppendAcknowledged(new string('x', 2 * OpenLog.SegmentSizeBytes));
        Assert.Single(log.Log.Segments);
        while (log.Log.Segments.Length < 4)
        {
            log.AppendAcknowledged(new string('y', 2 * OpenLog.SegmentSizeBytes));
        }

        log.Log.Tick();
        Assert.Equal(log.Log.NewestSequence.Value - log.Log.OldestSequence.Value + 1, log.ReadAll().Count);
    }

    [Fact]
    public void An_empty_segment_that_cannot_be_replaced_on_a_full_disk_stays_with_all_that_follows()
    {
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = OpenLog.SegmentSizeBytes };
        using (var log = new OpenLog(disk))
        {
            log.Log.Options = OpenLog.Options() with { SegmentSizeBytes = 8 * OpenLog.SegmentSizeBytes };
            var large = new byte[2 * OpenLog.SegmentSizeBytes];
            Assert.True(SpinWait.SpinUntil(
                () => log.Log.TryAppend("k"u8, large, null, out _) == AppendStatus.DiskFull,
                TimeSpan.FromSeconds(30)));
            log.AppendAcknowledged("small");
        }

        disk.CutPower();
        using var again = new OpenLog(disk);
        Assert.Equal("small", Assert.Single(again.ReadAll()).Value);
    }

    [Fact]
    public void A_full_disk_does_not_end_a_segment_that_has_room()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = OpenLog.SegmentSizeBytes };
        using var log = new OpenLog(disk, OpenLog.Options() with { RetentionAge = TimeSpan.FromHours(4) }, clock);
        log.AppendAcknowledged("old");
        clock.Advance(TimeSpan.FromMinutes(61));
        log.Log.Tick();
        Assert.Equal(new SequenceNumber(2), log.AppendAcknowledged("there is room for this"));
    }

    [Fact]
    public void A_full_disk_refuses_appends_and_takes_them_again_by_itself_when_there_is_room()
    {
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = OpenLog.SegmentSizeBytes };
        using var log = new OpenLog(disk);
        var accepted = FillUntilRefused(log);
        Assert.Equal(AppendStatus.DiskFull, log.Log.TryAppend("k"u8, new byte[1000], null, out _));
        Assert.Equal(accepted, log.ReadAll().Count);
        Assert.Null(log.Log.Failure);

        disk.CapacityBytes = long.MaxValue;
        log.Log.Tick();
        Assert.True(SpinWait.SpinUntil(() => !log.Log.IsDiskFull, TimeSpan.FromSeconds(30)));

        Assert.Equal(new SequenceNumber(accepted + 1), log.AppendAcknowledged("room again"));
    }

    [Fact]
    public void A_record_that_cannot_fit_is_refused_and_changes_nothing()
    {
        using var log = new OpenLog(new SimulatedDisk(new Random(1)));
        Assert.Equal(AppendStatus.TooLarge, log.Log.TryAppend("k"u8, new byte[OpenLog.SegmentSizeBytes], null, out _));
        Assert.Equal(AppendStatus.TooLarge, log.Log.TryAppend(new byte[65_536], "v"u8, null, out _));
        Assert.Equal(SequenceNumber.First, log.AppendAcknowledged("fits"));
    }

    [Fact]
    public async Task A_producer_ahead_of_the_committer_is_told_to_wait_at_the_bound()
    {
        var disk = new SimulatedDisk(new Random(1));
        var options = OpenLog.Options() with { BufferSizeBytesMax = 4096 };
        using var log = new OpenLog(disk, options);
        AppendStatus status;
        lock (disk.Gate)
        {
            // While the gate is held the committer cannot write: the buffers fill and nothing more is taken.
            var taken = 0;
            while ((status = log.Log.TryAppend("k"u8, new byte[100], null, out _)) == AppendStatus.Accepted)
            {
                taken++;
            }

            Assert.InRange(taken, 1, 2 * options.BufferSizeBytesMax / 100);
        }

        Assert.Equal(AppendStatus.Busy, status);
        await log.Log.WhenRoom();
        log.AppendAcknowledged("after waiting");
    }

    private static int FillUntilRefused(OpenLog log)
    {
        var accepted = 0;
        var value = new byte[1000];
        while (true)
        {
            var status = log.Log.TryAppend("k"u8, value, null, out var sequence);
            if (status == AppendStatus.DiskFull)
            {
                return accepted;
            }

            if (status == AppendStatus.Accepted)
            {
                accepted++;
                log.Log.WhenAcknowledged(sequence).GetAwaiter().GetResult();
            }
            else
            {
                log.Log.WhenRoom().Wait(TimeSpan.FromSeconds(30));
            }
        }
    }
}
