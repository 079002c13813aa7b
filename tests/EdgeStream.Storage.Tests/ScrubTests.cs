using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// Sealed segments are checked at a set rate, and what rots is found, told and, where possible, repaired.
/// </summary>
public sealed class ScrubTests
{
    private static readonly DateTimeOffset Today = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_sealed_segment_is_checked_once_a_pass()
    {
        var clock = new ManualTimeProvider(Today);
        using var log = Filled(Disk(), clock);
        Scrub(log, clock);
        var status = log.Log.Scrub;
        Assert.NotNull(status.LastPass);
        Assert.Empty(status.Rot);
        Assert.Equal(0, status.RepairedIndexes);
        Assert.InRange(
            status.CheckedBytes,
            log.Log.Segments.Length - 1,
            (log.Log.Segments.Length - 1) * OpenLog.SegmentSizeBytes);
    }

    [Fact]
    public void Nothing_is_checked_at_rate_zero_and_no_more_than_the_rate_otherwise()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        log.Committer.CheckBytesPerSecond = 0;
        clock.Advance(TimeSpan.FromSeconds(1));
        log.Committer.Tick();
        log.Close();
        Assert.Equal(0, log.Log.Scrub.CheckedBytes);
    }

    [Fact]
    public void A_rate_smaller_than_a_piece_is_kept_over_time()
    {
        const long Rate = 4 << 10;
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        WaitForIndexes(log, disk);
        log.Committer.CheckBytesPerSecond = Rate;
        long seconds = 0;
        long lastPiece = 0;
        var isDone = SpinWait.SpinUntil(
            () =>
            {
                var before = log.Log.Scrub.CheckedBytes;
                clock.Advance(TimeSpan.FromSeconds(1));
                log.Committer.Tick();
                seconds++;

                // With so long a look after each second, what is due is read in it.
                SpinWait.SpinUntil(() => log.Log.Scrub.CheckedBytes > before, TimeSpan.FromMilliseconds(20));
                lastPiece = Math.Max(lastPiece, log.Log.Scrub.CheckedBytes - before);
                return log.Log.Scrub.LastPass is not null;
            },
            TimeSpan.FromSeconds(30));
        Assert.True(isDone, string.Join("; ", log.Log.UpkeepFailures));
        Assert.InRange(log.Log.Scrub.CheckedBytes, 2 * lastPiece, lastPiece + (seconds * Rate));
    }

    [Fact]
    public void What_was_read_beyond_a_budget_is_owed_and_what_was_left_of_it_is_gone()
    {
        var budget = new PacedBudget();
        budget.Grant(100);
        budget.Take(350);
        budget.Grant(100);
        Assert.False(budget.IsLeft);
        budget.Grant(100);
        Assert.False(budget.IsLeft);
        budget.Grant(100);
        Assert.True(budget.IsLeft);
        budget.Grant(100);
        budget.Take(100);
        Assert.False(budget.IsLeft);
    }

    [Fact]
    public void A_rotten_record_is_reported_with_its_number()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        WaitForIndexes(log, disk);
        var segment = log.Log.Segments[1];
        disk.BytesOf(segment.Path)[SegmentHeader.SizeBytes + BaseEntry.EntrySizeBytes + 500] ^= 1;

        Scrub(log, clock);

        var rot = Assert.Single(log.Log.Scrub.Rot);
        Assert.Equal(segment.Path, rot.Path);
        Assert.Equal(segment.FirstSequence, rot.First);
        Assert.Equal(segment.FirstSequence, rot.Last);
    }

    [Fact]
    public void What_rots_before_its_segment_is_sealed_is_found_too()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        var value = new string('x', 1000);
        string path;
        using (var log = new OpenLog(disk, null, clock))
        {
            for (var i = 0; i < 20; i++)
            {
                log.AppendAcknowledged(i == 4 ? "rots" : value);
            }

            path = log.Log.Segments[0].Path;
            log.Close();
        }

        disk.BytesOf(path)[disk.BytesOf(path).IndexOf("rots"u8)] ^= 1;
        using var again = new OpenLog(disk, null, clock);
        while (again.Log.Segments.Length < 3)
        {
            again.AppendAcknowledged(value);
        }

        WaitForIndexes(again, disk);
        Scrub(again, clock);

        var rot = Assert.Single(again.Log.Scrub.Rot);
        Assert.Equal((path, 5L, 5L), (rot.Path, rot.First.Value, rot.Last.Value));
    }

    [Fact]
    public void A_segment_that_was_written_by_two_starts_is_vouched_for_once_it_is_checked()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        var value = new string('x', 1000);
        using (var log = new OpenLog(disk, null, clock))
        {
            log.AppendAcknowledged(value);
            log.Close();
        }

        using var again = new OpenLog(disk, null, clock);
        while (again.Log.Segments.Length < 3)
        {
            again.AppendAcknowledged(value);
        }

        WaitForIndexes(again, disk);
        Scrub(again, clock);

        Assert.Empty(again.Log.Scrub.Rot);
        Assert.All(again.Log.Segments[..^1], segment => Assert.NotNull(
            SegmentIndex.TryRead(disk.TryRead(segment.IndexPath), segment.Header.Salt)!.SegmentChecksum));
    }

    [Fact]
    public void A_sector_that_cannot_be_read_is_reported_and_ends_nothing()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        WaitForIndexes(log, disk);
        disk.UnreadableByte = 1000;
        Scrub(log, clock);
        Assert.Equal(log.Log.Segments.Length - 1, log.Log.Scrub.Rot.Count);
        Assert.Contains("cannot read", log.Log.Scrub.Rot[0].Reason, StringComparison.Ordinal);
        log.AppendAcknowledged("goes on");
    }

    [Fact]
    public void What_was_found_in_a_segment_goes_with_it()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        WaitForIndexes(log, disk);
        foreach (var segment in log.Log.Segments[..2])
        {
            disk.BytesOf(segment.Path)[SegmentHeader.SizeBytes + BaseEntry.EntrySizeBytes + 500] ^= 1;
        }

        Scrub(log, clock);
        Assert.Equal(2, log.Log.Scrub.Rot.Count);

        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        Assert.Equal(log.Log.Segments[0].Path, Assert.Single(log.Log.Scrub.Rot).Path);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        Assert.Empty(log.Log.Scrub.Rot);
    }

    [Fact]
    public void Records_that_went_from_between_two_segments_are_told_where_they_should_stand()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        SequenceNumber first;
        using (var log = Filled(disk, clock))
        {
            WaitForIndexes(log, disk);
            first = log.Log.Segments[1].FirstSequence;
            disk.Delete(log.Log.Segments[1].IndexPath);
            disk.Delete(log.Log.Segments[1].Path);
            disk.Delete(log.Log.Segments[0].IndexPath);
            log.Close();
        }

        using var again = new OpenLog(disk, null, clock);
        Scrub(again, clock);

        var rot = Assert.Single(again.Log.Scrub.Rot);
        Assert.Equal((first, again.Log.Segments[1].FirstSequence.Previous), (rot.First, rot.Last));
        Assert.Equal("not all its records are there", rot.Reason);
    }

    [Fact]
    public void A_sector_that_checking_could_not_read_is_a_gap_to_readers_from_then_on()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        WaitForIndexes(log, disk);
        var written = log.ReadAll();
        (disk.UnreadablePath, disk.UnreadableByte) = (log.Log.Segments[1].Path, 9000);
        Scrub(log, clock);
        var found = log.ReadAll();
        Assert.InRange(found.Count, written.Count - 6, written.Count - 1);
        Assert.All(found, record => Assert.Equal(written[record.Key], record.Value));
    }

    [Fact]
    public void A_missing_index_of_a_segment_that_cannot_be_read_is_not_made_again()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        WaitForIndexes(log, disk);
        var segment = log.Log.Segments[1];
        disk.Delete(segment.IndexPath);
        (disk.UnreadablePath, disk.UnreadableByte) = (segment.Path, 1000);

        Scrub(log, clock);

        Assert.Equal(0, log.Log.Scrub.RepairedIndexes);
        var rot = Assert.Single(log.Log.Scrub.Rot);
        Assert.Contains("cannot read", rot.Reason, StringComparison.Ordinal);
        Assert.Equal((segment.FirstSequence, log.Log.Segments[2].FirstSequence.Previous), (rot.First, rot.Last));
        Assert.Null(disk.TryRead(segment.IndexPath));
    }

    [Fact]
    public void A_compressed_segment_without_a_readable_table_is_reported()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        string path;
        using (var written = new OpenLog(
            disk, OpenLog.Options() with { Compression = SegmentCompression.Brotli }, clock))
        {
            while (written.Log.Segments.Length < 4)
            {
                written.AppendAcknowledged(new string('x', 1000));
            }

            Assert.True(SpinWait.SpinUntil(() => written.Log.Segments[1].IsCompressed, TimeSpan.FromSeconds(30)));
            path = written.Log.Segments[1].Path;
            written.Close();
        }

        disk.BytesOf(path)[^40..].Clear();
        disk.BytesOf(path)[^200..].Clear();
        using var log = new OpenLog(disk, null, clock);
        Scrub(log, clock);
        Assert.Contains("block table", Assert.Single(log.Log.Scrub.Rot).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rotten_or_missing_index_is_made_again()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using var log = Filled(disk, clock);
        WaitForIndexes(log, disk);
        var rotten = log.Log.Segments[0].IndexPath;
        var before = disk.TryRead(rotten);
        disk.BytesOf(rotten)[30] ^= 1;
        disk.Delete(log.Log.Segments[1].IndexPath);

        Scrub(log, clock);

        Assert.Equal(2, log.Log.Scrub.RepairedIndexes);
        Assert.Empty(log.Log.Scrub.Rot);
        var repaired = SegmentIndex.TryRead(disk.TryRead(rotten), log.Log.Segments[0].Header.Salt);
        var original = SegmentIndex.TryRead(before, log.Log.Segments[0].Header.Salt);
        Assert.Equal(original!.SegmentChecksum, repaired!.SegmentChecksum);
        Assert.Equal(original.EndOffset, repaired.EndOffset);
    }

    [Fact]
    public void A_pass_that_ended_is_not_begun_again_by_a_restart_on_the_same_day()
    {
        var clock = new ManualTimeProvider(Today);
        var disk = Disk();
        using (var log = Filled(disk, clock))
        {
            Scrub(log, clock);
            log.Close();
        }

        using var again = new OpenLog(disk, null, clock);
        again.Committer.CheckBytesPerSecond = 1 << 30;
        clock.Advance(TimeSpan.FromSeconds(1));
        again.Committer.Tick();
        again.Close();
        Assert.Equal(0, again.Log.Scrub.CheckedBytes);
        Assert.NotNull(again.Log.Scrub.LastPass);
    }

    [Fact]
    public void The_position_has_the_documented_bytes()
    {
        var position = new ScrubPosition(new SequenceNumber(7), new Timestamp(9));
        var bytes = position.ToBytes();
        Assert.Equal("4544474553435200" + "0700000000000000" + "0900000000000000", Convert.ToHexString(bytes[..24]));
        Assert.Equal(position, ScrubPosition.Read(bytes));
        bytes[20] ^= 1;
        Assert.Equal(SequenceNumber.First, ScrubPosition.Read(bytes).Next);
    }

    private static SimulatedDisk Disk() => new(new Random(1));

    private static OpenLog Filled(SimulatedDisk disk, ManualTimeProvider clock)
    {
        var log = new OpenLog(disk, null, clock);
        var value = new string('x', 1000);
        while (log.Log.Segments.Length < 4)
        {
            log.AppendAcknowledged(value);
        }

        return log;
    }

    private static void WaitForIndexes(OpenLog log, SimulatedDisk disk) => Assert.True(SpinWait.SpinUntil(
        () => log.Log.Segments[..^1].All(segment => disk.TryRead(segment.IndexPath) is not null),
        TimeSpan.FromSeconds(30)));

    private static void Scrub(OpenLog log, ManualTimeProvider clock)
    {
        log.Committer.CheckBytesPerSecond = 64 << 10;
        var isDone = SpinWait.SpinUntil(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                log.Committer.Tick();
                return log.Log.Scrub.LastPass is not null;
            },
            TimeSpan.FromSeconds(30));
        Assert.True(isDone, string.Join("; ", log.Log.UpkeepFailures));
    }
}
