using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What a repair would do is told beside the writer of a log, which goes on.</summary>
public sealed class LiveRepairTests
{
    private const string First = OpenLog.Folder + "/00000000000000000001.log";
    private const int RecordCount = 300;

    [Fact]
    public void A_log_that_is_being_written_needs_no_repair()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk);
        var report = LogRepair.TryLive(disk, OpenLog.Folder);
        Assert.Empty(report.Steps);
        Assert.Empty(report.Changes);
        Assert.Empty(report.Remaining);
        Assert.Empty(report.Undecided);
    }

    [Fact]
    public void An_encrypted_log_that_is_being_written_needs_none_either()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk, OpenLog.Options() with { Encryption = TestKeys.OnlyOld });
        var report = LogRepair.TryLive(disk, OpenLog.Folder, TestKeys.OnlyOld);
        Assert.Empty(report.Steps);
        Assert.Empty(report.Remaining);
        Assert.Throws<EncryptionKeyException>(() => LogRepair.TryLive(disk, OpenLog.Folder));
    }

    [Fact]
    public void An_unfinished_write_at_the_end_is_told_as_undecided_and_never_as_damage()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk);
        var active = log.Log.Segments[^1];
        disk.BytesOf(active.Path).Slice(active.VisibleEnd, 30).Fill(0x25);

        var report = LogRepair.TryLive(disk, OpenLog.Folder);
        Assert.Empty(report.Steps);
        Assert.Empty(report.Changes);
        Assert.Empty(report.Remaining);
        var undecided = Assert.Single(report.Undecided);
        Assert.StartsWith(
            $"{active.Path}: what stands behind record {RecordCount}, from byte {active.VisibleEnd} on",
            undecided,
            StringComparison.Ordinal);

        // The same bytes without a writer are a step.
        Assert.Contains("unfinished write", Assert.Single(LogRepair.Try(disk, OpenLog.Folder).Steps));
    }

    [Fact]
    public void Wrong_bytes_are_told_as_the_repair_of_the_stopped_log_tells_them()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk);
        var active = log.Log.Segments[^1];
        disk.BytesOf(First)[20] ^= 4;
        FlipBase(disk, First, frame: 3);
        FlipBase(disk, active.Path, frame: 2);
        var before = disk.BytesOf(First).ToArray();
        var activeBefore = disk.BytesOf(active.Path).ToArray();

        var live = LogRepair.TryLive(disk, OpenLog.Folder);
        Assert.Equal(3, live.Steps.Count);
        Assert.Equal([First, active.Path], live.Changes.Select(change => change.Path));
        Assert.Equal(before, disk.BytesOf(First).ToArray());
        Assert.Equal(activeBefore, disk.BytesOf(active.Path).ToArray());

        log.Close();
        Assert.Equal(live.Steps, LogRepair.Apply(disk, OpenLog.Folder, ".before").Steps);
        Assert.Empty(LogRepair.Try(disk, OpenLog.Folder).Steps);
    }

    [Fact]
    public void A_record_that_stays_lost_is_told_with_its_number()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk);
        FlipRecord(disk, First, "record 7 ");
        var active = log.Log.Segments[^1];
        FlipRecord(disk, active.Path, $"record {active.FirstSequence.Next} ");
        var report = LogRepair.TryLive(disk, OpenLog.Folder);
        Assert.Empty(report.Steps);
        Assert.Equal(
            [7, active.FirstSequence.Next.Value], report.Remaining.Select(damage => damage.FirstLost.Value));
    }

    [Fact]
    public void An_index_that_may_still_be_made_is_undecided_and_a_damaged_one_is_a_step()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk);
        var segments = log.Log.Segments;
        disk.Delete(segments[0].IndexPath);
        disk.Replace(segments[1].IndexPath, "no index"u8);

        var report = LogRepair.TryLive(disk, OpenLog.Folder);
        Assert.StartsWith($"{segments[0].IndexPath} is missing", Assert.Single(report.Undecided));
        Assert.StartsWith($"{segments[1].IndexPath} is damaged", Assert.Single(report.Steps));
        Assert.Equal(segments[1].IndexPath, Assert.Single(report.Changes).Path);
    }

    [Fact]
    public void What_looks_wrong_once_is_believed_only_when_it_is_found_again()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk);
        var readings = 2 * log.Log.Segments.Length;
        var second = log.Log.Segments[1].Path;
        var right = disk.BytesOf(second).ToArray();

        // As a file looks that is used again, or compressed, while it is read.
        var count = 0;
        RepairReport Look(int rightAfter)
        {
            count = 0;
            return LogRepair.TryLive(disk, OpenLog.Folder, null, (_, _) =>
            {
                if (++count == 1)
                {
                    FlipRecord(disk, second, "record ");
                    FlipBase(disk, second, frame: 4);
                }
                else if (count == rightAfter)
                {
                    right.CopyTo(disk.BytesOf(second));
                }
            });
        }

        var report = Look(rightAfter: readings);
        Assert.Equal(2 * readings, count);
        Assert.Empty(report.Steps);
        Assert.Empty(report.Changes);
        Assert.Empty(report.Remaining);

        // Where it stays, it is told.
        report = Look(rightAfter: int.MaxValue);
        Assert.Single(report.Steps);
        Assert.Single(report.Remaining);
    }

    [Fact]
    public void A_segment_that_is_let_go_while_the_log_is_read_is_no_damage()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Written(disk);
        var oldest = log.Log.Segments[0];
        var count = 0;
        var report = LogRepair.TryLive(disk, OpenLog.Folder, null, (path, _) =>
        {
            Assert.False(count > 0 && path == oldest.Path, "It is gone and was read again.");
            if (++count == 1)
            {
                disk.Delete(oldest.IndexPath);
                disk.Delete(oldest.Path);
            }
        });
        Assert.True(count > 2);
        Assert.Empty(report.Steps);
        Assert.Empty(report.Changes);
        Assert.Empty(report.Remaining);
        Assert.Empty(report.Undecided);
    }

    [Fact]
    public async Task A_real_log_that_rolls_compresses_and_lets_go_all_the_time_never_looks_damaged()
    {
        const int LookCount = 25;
        const int LookCountMax = 10_000;
        var letGo = new SequenceNumber(3_000);
        using var folder = new TemporaryFolder("live-repair");
        var options = OpenLog.Options() with
        {
            Folder = folder.Combine("shard"),
            RetentionBytes = 8 * OpenLog.SegmentSizeBytes,
            Compression = SegmentCompression.Brotli,
        };
        using var log = new OpenLog(new NativeDisk(), options);
        log.AppendAcknowledged("first");
        var isOver = false;
        var writing = Task.Run(() =>
        {
            var last = SequenceNumber.None;
            while (!Volatile.Read(ref isOver))
            {
                last = log.Append($"record {new string('x', 900)}");
                if (last.Value % 20 == 0)
                {
                    // At the pace of a device: one that lets a folder go in the time of a look cannot be looked at.
                    log.AppendAcknowledged("at its pace");
                    log.Committer.Tick();
                    log.Log.Tick();
                }
            }

            return last;
        });
        try
        {
            for (var i = 0; i < LookCount || (i < LookCountMax && log.Log.OldestSequence < letGo); i++)
            {
                var report = LogRepair.TryLive(new ReadOnlyDisk(), options.Folder);
                Assert.Empty(report.Steps);
                Assert.Empty(report.Changes);
                Assert.Empty(report.Remaining);
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
        }

        Assert.True(await writing > letGo, "Too little was written while it was looked at: the test saw nothing.");
        log.Close();
    }

    /// <summary>A log of several segments that stays open, with the indexes of those that are sealed.</summary>
    private static OpenLog Written(SimulatedDisk disk, ShardLogOptions? options = null)
    {
        var log = new OpenLog(disk, options);
        for (var i = 1; i <= RecordCount; i++)
        {
            log.AppendAcknowledged($"record {i} {new string('x', 700)}");
        }

        Assert.True(log.Log.Segments.Length > 2);
        Assert.True(SpinWait.SpinUntil(
            () => log.Log.Segments[..^1].All(segment => disk.TryRead(segment.IndexPath) is not null),
            TimeSpan.FromSeconds(30)));
        return log;
    }

    /// <summary>A base entry begins with its length and its kind.</summary>
    private static void FlipBase(SimulatedDisk disk, string path, int frame)
    {
        var bytes = disk.BytesOf(path);
        var at = SegmentHeader.SizeBytes;
        for (var i = 0; i < frame; i++)
        {
            at += bytes[(at + 1)..].IndexOf("\x25\x01"u8) + 1;
        }

        bytes[at + 12] ^= 0x10;
    }

    private static void FlipRecord(SimulatedDisk disk, string path, string text)
    {
        var bytes = disk.BytesOf(path);
        bytes[bytes.IndexOf(System.Text.Encoding.UTF8.GetBytes(text))] ^= 1;
    }
}
