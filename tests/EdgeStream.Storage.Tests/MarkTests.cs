using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What recovery reads after a kill: only what is behind the newest mark.</summary>
public sealed class MarkTests
{
    private const string Path = OpenLog.Folder + "/00000000000000000001.log";
    private const string IndexPath = OpenLog.Folder + "/00000000000000000001.index";
    private static readonly ShardLogOptions Options =
        OpenLog.Options() with { SegmentSizeBytes = 32 << 20, BufferSizeBytesMax = 64 << 10 };

    [Fact]
    public void After_a_kill_only_what_is_behind_the_newest_mark_is_read()
    {
        var disk = new SimulatedDisk(new Random(1));
        var (mark, newest) = FillPastAMark(disk);
        Assert.True(mark.IsMark);

        // What is before the mark is not looked at: damage there is found by whoever reads it.
        disk.BytesOf(Path)[100_000] ^= 0x10;
        using var log = new OpenLog(disk, Options);
        Assert.Empty(log.Log.RecoveryFindings);
        Assert.Equal(newest, log.Log.NewestSequence);
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        long found = 0;
        var gaps = new List<LogGap>();
        LogReadStep step;
        while ((step = reader.Read(out _)) != LogReadStep.None)
        {
            found += step == LogReadStep.Record ? 1 : 0;
            if (step == LogReadStep.Gap)
            {
                gaps.Add(reader.Gap);
            }
        }

        Assert.Equal(LogGapReason.Damaged, Assert.Single(gaps).Reason);
        Assert.Equal(newest.Value, found + gaps[0].RecordCount);
        Assert.Equal(newest.Next, log.AppendAcknowledged("after"));
    }

    [Fact]
    public void A_seek_finds_every_place_of_a_log_that_was_opened_at_a_mark()
    {
        var disk = new SimulatedDisk(new Random(1));
        var (mark, newest) = FillPastAMark(disk);
        using var log = new OpenLog(disk, Options);
        long[] wanted = [1, 2, mark.LastSequence.Value, mark.LastSequence.Value + 1, newest.Value];
        foreach (var sequence in wanted)
        {
            using var reader = log.Log.OpenReader(new SequenceNumber(sequence));
            Assert.Equal(LogReadStep.Record, reader.Read(out var record));
            Assert.Equal(sequence, record.Sequence.Value);
        }
    }

    [Fact]
    public void Checkpoints_from_before_a_mark_are_there_after_a_kill()
    {
        var disk = new SimulatedDisk(new Random(1));
        FillPastAMark(disk);
        using var log = new OpenLog(disk, Options);
        Assert.True(log.Log.TryGetCheckpoint("at", out var value));
        Assert.Equal("start"u8, value.Span);
    }

    [Fact]
    public void After_a_clean_restart_and_a_kill_only_what_came_since_is_read()
    {
        var disk = new SimulatedDisk(new Random(1));
        FillAndStop(disk);
        using (var log = new OpenLog(disk, Options))
        {
            Assert.Equal(101, log.AppendAcknowledged("since").Value);
        }

        // Damage before the place of the clean stop: recovery does not even look there.
        disk.BytesOf(Path)[2_000] ^= 0x10;
        using var reopened = new OpenLog(disk, Options);
        Assert.Empty(reopened.Log.RecoveryFindings);
        Assert.Equal(101, reopened.Log.NewestSequence.Value);
        Assert.True(reopened.Log.TryGetCheckpoint("at", out var value));
        Assert.Equal("end"u8, value.Span);
        Assert.Equal("since", reopened.ReadAll()[101]);
    }

    [Fact]
    public void As_soon_as_a_log_is_open_no_file_says_that_it_ended_cleanly()
    {
        var disk = new SimulatedDisk(new Random(1));
        FillAndStop(disk);
        Assert.False(SegmentIndex.IsMarkOf(disk.TryRead(IndexPath)));
        using (var log = new OpenLog(disk, Options))
        {
            Assert.True(SegmentIndex.IsMarkOf(disk.TryRead(IndexPath)));
        }

        FillAndStop(disk);
        disk.OperationsUntilFull = 0;
        using var full = new OpenLog(disk, Options);
        Assert.Null(disk.TryRead(IndexPath));
        Assert.Equal(201, full.AppendAcknowledged("next").Value);
    }

    [Fact]
    public void A_mark_of_another_segment_is_not_believed()
    {
        var disk = new SimulatedDisk(new Random(1));
        var (mark, newest) = FillPastAMark(disk);
        disk.Replace(IndexPath, (mark with { Salt = mark.Salt + 1, EndOffset = 4096 }).ToBytes());
        using var log = new OpenLog(disk, Options);
        Assert.Equal(newest, log.Log.NewestSequence);
    }

    private static void FillAndStop(SimulatedDisk disk)
    {
        var log = new OpenLog(disk, Options);
        for (var i = 0; i < 99; i++)
        {
            log.AppendAcknowledged(new string('x', 100));
        }

        var end = new AppendBatch();
        Assert.True(end.TryAdd("k"u8, "last"u8));
        end.SetCheckpoint("at", "end"u8);
        Assert.Equal(AppendStatus.Accepted, log.Log.TryAppend(end, out _));
        log.Close();
    }

    private static (SegmentIndex Mark, SequenceNumber Newest) FillPastAMark(SimulatedDisk disk)
    {
        using var log = new OpenLog(disk, Options);
        var start = new AppendBatch();
        Assert.True(start.TryAdd("k"u8, "start"u8));
        start.SetCheckpoint("at", "start"u8);
        Assert.Equal(AppendStatus.Accepted, log.Log.TryAppend(start, out _));
        var value = new string('x', 30_000);
        while (log.Log.UsedBytes < 9 << 20)
        {
            log.AppendAcknowledged(value);
        }

        var newest = log.AppendAcknowledged("newest");
        var mark = SegmentIndex.TryRead(disk.TryRead(IndexPath), log.Log.Segments[0].Header.Salt);
        Assert.NotNull(mark);
        return (mark, newest);
    }
}
