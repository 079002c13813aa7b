using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Where recovery found the end of a log it stays, whatever survives of what is written there next.</summary>
public sealed class CutEndTests
{
    private const string Path = OpenLog.Folder + "/00000000000000000001.log";
    private const string IndexPath = OpenLog.Folder + "/00000000000000000001.index";

    [Fact]
    public void A_cut_record_does_not_come_back_when_its_missing_bytes_do()
    {
        var torn = new SegmentBytes(OpenLog.SegmentSizeBytes, 1, 77)
            .Base(0).Record("kept").Record(new string('v', 12_000)).Record("behind");
        var hole = torn.Entries[2].Start + 6_000;
        var disk = DiskWith(torn, bytes => bytes.Slice(hole, 512).Clear());
        using (var log = new OpenLog(disk))
        {
            Assert.Equal(["kept"], log.ReadAll().Values);
            Assert.Contains("cut after record 1", log.Log.RecoveryFindings[0], StringComparison.Ordinal);
        }

        // The next write happens to have the very bytes that were missing, and of it only they survive.
        torn.Bytes.Slice(hole, 512).CopyTo(disk.BytesOf(Path)[hole..]);
        disk.Delete(IndexPath);
        using var restarted = new OpenLog(disk);
        Assert.Equal(["kept"], restarted.ReadAll().Values);
        Assert.Equal(new SequenceNumber(2), restarted.AppendAcknowledged("next"));
    }

    [Fact]
    public void Numbers_of_lost_durable_records_stay_taken_over_a_second_crash()
    {
        var log = new SegmentBytes(OpenLog.SegmentSizeBytes, 1, 77)
            .Base(0).Record("first").Base(1).Record("lost").Base(2).Record("torn");
        var disk = DiskWith(log, bytes =>
        {
            bytes[log.Entries[3].Start + 5] ^= 1;
            bytes[log.Entries[5].Start + 5] ^= 1;
        });
        for (var crash = 0; crash < 3; crash++)
        {
            using var opened = new OpenLog(disk);
            Assert.Equal(["first"], opened.ReadAll().Values);
            Assert.Equal(new SequenceNumber(2), opened.Log.NewestSequence);
        }

        using var restarted = new OpenLog(disk);
        Assert.Equal(new SequenceNumber(3), restarted.AppendAcknowledged("next"));
    }

    [Fact]
    public void An_opening_that_loses_power_at_any_step_leaves_the_same_end()
    {
        var log = new SegmentBytes(OpenLog.SegmentSizeBytes, 1, 77)
            .Base(0).Record("first").Base(1).Record("second").Base(1).Record("third").Base(1).Record("torn");
        for (var operations = 0; ; operations++)
        {
            var disk = DiskWith(log, bytes => bytes[log.Entries[7].Start + 5] ^= 1);
            disk.OperationsUntilOff = operations;
            try
            {
                using var whole = new OpenLog(disk);
                Assert.Equal(["first", "second", "third"], whole.ReadAll().Values);
                return;
            }
            catch (IOException)
            {
                disk.CutPower();
            }

            using var opened = new OpenLog(disk);
            Assert.Equal(["first", "second", "third"], opened.ReadAll().Values);
            Assert.Equal(new SequenceNumber(4), opened.AppendAcknowledged("next"));
        }
    }

    [Fact]
    public void A_full_disk_that_takes_no_mark_keeps_the_end_all_the_same()
    {
        var log = new SegmentBytes(OpenLog.SegmentSizeBytes, 1, 77).Base(0).Record("kept").Record("torn");
        var disk = DiskWith(log, bytes => bytes[log.Entries[2].Start + 5] ^= 1);
        disk.OperationsUntilFull = 0;
        using (var opened = new OpenLog(disk))
        {
            Assert.Equal(["kept"], opened.ReadAll().Values);
            Assert.Null(disk.TryRead(IndexPath));
        }

        disk.OperationsUntilFull = int.MaxValue;
        log.Bytes.Slice(log.Entries[2].Start + 5, 1).CopyTo(disk.BytesOf(Path)[(log.Entries[2].Start + 5)..]);
        using var restarted = new OpenLog(disk);
        Assert.Equal(["kept"], restarted.ReadAll().Values);
        Assert.Equal(new SequenceNumber(2), restarted.AppendAcknowledged("next"));
    }

    [Fact]
    public void Numbers_of_lost_records_stay_taken_over_a_clean_stop_a_full_disk_and_a_kill()
    {
        var disk = LostAtTheEnd();
        using (var opened = new OpenLog(disk))
        {
            opened.Close();
        }

        disk.OperationsUntilFull = 0;
        for (var kill = 0; kill < 3; kill++)
        {
            using var full = new OpenLog(disk);
            Assert.Equal(new SequenceNumber(2), full.Log.NewestSequence);
        }

        using (var full = new OpenLog(disk))
        {
            Assert.Equal(new SequenceNumber(3), full.AppendAcknowledged("on a full disk"));
        }

        disk.OperationsUntilFull = int.MaxValue;
        using var restarted = new OpenLog(disk);
        Assert.Equal(["first", "on a full disk"], restarted.ReadAll().Values);
        Assert.Equal(new SequenceNumber(4), restarted.AppendAcknowledged("next"));
    }

    [Fact]
    public void A_full_disk_at_a_clean_start_leaves_what_the_entries_cannot_tell()
    {
        var disk = new SimulatedDisk(new Random(1));
        SequenceNumber newest;
        using (var log = new OpenLog(disk))
        {
            // The checkpoints would not fit behind the end.
            var batch = new AppendBatch();
            Assert.True(batch.TryAdd("k"u8, "v"u8));
            batch.SetCheckpoint("at", new byte[6000]);
            newest = log.AppendAcknowledged(batch);
            while (log.Log.UsedBytes < OpenLog.SegmentSizeBytes - 5000)
            {
                newest = log.AppendAcknowledged(new string('x', 500));
            }

            log.Close();
        }

        var index = disk.TryRead(IndexPath);
        disk.OperationsUntilFull = 0;
        using (var full = new OpenLog(disk, OpenLog.Options() with { SpareSegmentsMax = 0 }))
        {
            Assert.Equal(newest.Value, full.ReadAll().Count);
            full.Log.ReleaseSpares();
            Assert.Equal(AppendStatus.DiskFull, TryUntilSettled(full));
            Assert.Equal(index, disk.TryRead(IndexPath));
        }

        disk.OperationsUntilFull = int.MaxValue;
        using var restarted = new OpenLog(disk);
        Assert.Equal(newest.Next, restarted.AppendAcknowledged("next"));
        Assert.True(restarted.Log.TryGetCheckpoint("at", out var value));
        Assert.Equal(6000, value.Length);
    }

    private static AppendStatus TryUntilSettled(OpenLog log)
    {
        AppendStatus status;
        while ((status = log.Log.TryAppend("k"u8, "v"u8, null, out _)) == AppendStatus.Busy)
        {
            log.Log.WhenRoom().Wait(TimeSpan.FromSeconds(30));
        }

        return status;
    }

    /// <summary>Record 2 had been durable and cannot be read, nor what says so; 3 is torn.</summary>
    private static SimulatedDisk LostAtTheEnd()
    {
        var log = new SegmentBytes(OpenLog.SegmentSizeBytes, 1, 77)
            .Base(0).Record("first").Base(1).Record("lost").Base(2).Record("torn");
        return DiskWith(log, bytes =>
        {
            bytes[log.Entries[3].Start + 5] ^= 1;
            bytes[log.Entries[5].Start + 5] ^= 1;
        });
    }

    private static SimulatedDisk DiskWith(SegmentBytes segment, DamageBytes damage)
    {
        var bytes = segment.Bytes.ToArray();
        damage(bytes);
        var disk = new SimulatedDisk(new Random(1));
        using var file = disk.Create(Path, bytes.Length);
        file.Write(0, bytes);
        file.Sync();
        return disk;
    }

    private delegate void DamageBytes(Span<byte> bytes);
}
