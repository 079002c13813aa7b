using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Looking at a log changes nothing and tells the truth; repairing it costs no readable record.</summary>
public sealed class InspectionTests
{
    private const string Path = OpenLog.Folder + "/00000000000000000001.log";
    private const string CopySuffix = ".before-repair";

    [Fact]
    public void A_last_file_that_is_shorter_than_its_header_and_cannot_be_read_is_looked_at_all_the_same()
    {
        var disk = new SimulatedDisk(new Random(1));
        var path = $"{OpenLog.Folder}/00000000000000000001.log";
        disk.Replace(path, new byte[25]);
        (disk.UnreadablePath, disk.UnreadableByte) = (path, 21);

        Assert.Empty(LogRepair.Try(disk, OpenLog.Folder).Copies);

        Assert.Equal(25, disk.BytesOf(path).Length);
    }

    [Fact]
    public void An_inspection_shows_every_record_of_a_killed_log_and_changes_nothing()
    {
        var disk = Killed(40);
        var before = disk.BytesOf(Path).ToArray();

        using (var log = LogInspection.Open(disk, OpenLog.Folder))
        {
            Assert.Equal(40, log.NewestSequence.Value);
            Assert.Empty(log.Findings);
            var segment = Assert.Single(log.Segments);
            Assert.Equal(IndexState.Missing, segment.Index);
            var report = log.Verify(segment);
            Assert.Empty(report.Damage);
            Assert.Equal(40, report.Records);
            Assert.Equal(40, report.Frames);
            Assert.Equal(40, Read(log).Count);
        }

        Assert.Equal(before, disk.BytesOf(Path).ToArray());
        Assert.Single(disk.List(OpenLog.Folder));
    }

    [Fact]
    public void Every_segment_of_a_long_log_is_verified_with_its_index()
    {
        using var log = LogInspection.Open(Stopped(300), OpenLog.Folder);
        Assert.True(log.Segments.Count > 2);
        long records = 0;
        foreach (var segment in log.Segments)
        {
            var report = log.Verify(segment);
            Assert.Empty(report.Damage);
            Assert.Equal(IndexState.Valid, report.Index);
            records += report.Records;
        }

        Assert.Equal(300, records);
    }

    [Fact]
    public void A_flipped_byte_anywhere_in_the_entries_is_found_and_told_by_its_place_and_records()
    {
        var disk = Stopped(30);
        var content = disk.BytesOf(Path).ToArray();
        using var whole = LogInspection.Open(disk, OpenLog.Folder);
        var end = (int)whole.Segments[0].UsedBytes;
        for (var at = SegmentHeader.SizeBytes; at < end; at += 13)
        {
            content.CopyTo(disk.BytesOf(Path));
            disk.BytesOf(Path)[at] ^= 0x20;
            using var log = LogInspection.Open(disk, OpenLog.Folder);
            var report = log.Verify(log.Segments[0]);
            var damage = Assert.Single(report.Damage);
            Assert.True(damage.Offset <= at && at < damage.EndOffset, $"byte {at} is not in {damage}");
            Assert.InRange(damage.LostRecords, 0, 1);
            Assert.Equal(30, report.Records + damage.LostRecords);
        }
    }

    [Fact]
    public void A_wrong_byte_that_a_frame_hangs_on_is_put_right_and_a_copy_is_kept()
    {
        var disk = Stopped(30);
        var content = disk.BytesOf(Path).ToArray();
        foreach (var frame in FramesOf(disk))
        {
            for (var at = frame.Offset; at < frame.Offset + BaseEntry.EntrySizeBytes; at += 5)
            {
                content.CopyTo(disk.BytesOf(Path));
                disk.BytesOf(Path)[(int)at] ^= 0x81;
                disk.Delete(Path + CopySuffix);
                var damaged = disk.BytesOf(Path).ToArray();

                var tried = LogRepair.Try(disk, OpenLog.Folder);
                Assert.Equal(damaged, disk.BytesOf(Path).ToArray());
                Assert.Contains($"byte {at} ", Assert.Single(tried.Steps), StringComparison.Ordinal);
                Assert.Empty(tried.Remaining);

                var applied = LogRepair.Apply(disk, OpenLog.Folder, CopySuffix);
                Assert.Equal(tried.Steps, applied.Steps);
                Assert.Equal(content, disk.BytesOf(Path).ToArray());
                Assert.Equal([Path + CopySuffix], applied.Copies);
                Assert.Equal(damaged, disk.TryRead(Path + CopySuffix));
            }
        }
    }

    [Fact]
    public void A_wrong_byte_in_a_record_is_never_guessed()
    {
        var disk = Stopped(30);
        var value = disk.BytesOf(Path).ToArray().AsSpan().IndexOf("record 7 "u8);
        disk.BytesOf(Path)[value] ^= 1;

        var report = LogRepair.Apply(disk, OpenLog.Folder, CopySuffix);

        Assert.Empty(report.Steps);
        Assert.Empty(report.Copies);
        Assert.Equal((7, 7), (report.Remaining[0].FirstLost.Value, report.Remaining[0].LastLost.Value));
    }

    [Fact]
    public void A_header_an_index_and_a_torn_tail_are_put_right_in_one_go()
    {
        var disk = Killed(300);
        var names = disk.List(OpenLog.Folder);
        var last = $"{OpenLog.Folder}/{names.Last(name => name.EndsWith(".log", StringComparison.Ordinal))}";
        disk.BytesOf(Path)[20] ^= 4;
        disk.Delete(System.IO.Path.ChangeExtension(Path, ".index"));
        using (var log = LogInspection.Open(disk, OpenLog.Folder))
        {
            // As if the power went while a frame was written: its head is there, its end is not.
            var end = (int)log.Segments[^1].UsedBytes;
            disk.BytesOf(last).Slice(end, 30).Fill(0x25);
        }

        var tried = LogRepair.Try(disk, OpenLog.Folder);
        Assert.Equal(names.Where(name => name != "00000000000000000001.index"), disk.List(OpenLog.Folder));
        var applied = LogRepair.Apply(disk, OpenLog.Folder, CopySuffix);

        Assert.Equal(tried.Steps, applied.Steps);
        Assert.Equal(3, applied.Steps.Count);
        Assert.Empty(LogRepair.Try(disk, OpenLog.Folder).Steps);
        using var repaired = new OpenLog(disk);
        Assert.Empty(repaired.Log.RecoveryFindings);
        Assert.Equal(300, repaired.ReadAll().Count);
        Assert.Equal(new SequenceNumber(301), repaired.Append("goes on"));
    }

    [Fact]
    public void An_index_that_contradicts_its_segment_is_found_although_its_checksum_is_right()
    {
        var disk = Stopped(300);
        var path = System.IO.Path.ChangeExtension(Path, ".index");
        using (var log = LogInspection.Open(disk, OpenLog.Folder))
        {
            var index = SegmentIndex.TryRead(disk.TryRead(path), log.Segments[0].Salt)!;
            var point = index.Points[0] with { Sequence = index.Points[0].Sequence.Next };
            disk.Replace(path, (index with { Points = [point] }).ToBytes());
        }

        using (var log = LogInspection.Open(disk, OpenLog.Folder))
        {
            Assert.Equal(IndexState.Wrong, log.Verify(log.Segments[0]).Index);
        }

        Assert.Contains("contradicts", Assert.Single(LogRepair.Apply(disk, OpenLog.Folder, CopySuffix).Steps));
        using var repaired = LogInspection.Open(disk, OpenLog.Folder);
        Assert.Equal(IndexState.Valid, repaired.Verify(repaired.Segments[0]).Index);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_set_aside_and_its_numbers_are_not_given_out_again()
    {
        var disk = Killed(30);
        disk.BytesOf(Path)[..400].Fill(0xA5);
        disk.BytesOf(Path)[400..].Clear();

        var report = LogRepair.Apply(disk, OpenLog.Folder, CopySuffix);

        Assert.Contains("set aside", Assert.Single(report.Steps), StringComparison.Ordinal);
        Assert.NotNull(disk.TryRead(Path + ".damaged"));
        using var log = new OpenLog(disk);
        Assert.True(log.AppendAcknowledged("after").Value > 30);
    }

    [Fact]
    public void A_real_folder_is_only_read()
    {
        using var folder = new TemporaryFolder("inspect");
        var shard = folder.Combine("shard");
        using (var log = new OpenLog(new NativeDisk(), OpenLog.Options() with { Folder = shard }))
        {
            log.AppendAcknowledged("one");
            log.AppendAcknowledged("two");
        }

        var before = Directory.GetFiles(shard).ToDictionary(path => path, File.ReadAllBytes);
        using (var log = LogInspection.Open(new ReadOnlyDisk(), shard))
        {
            Assert.Equal(["one", "two"], Read(log));
            Assert.Null(ReadOnlyDisk.FindUnreadable(log.Segments[0].Path, _ => { }));
        }

        Assert.Empty(LogRepair.Try(new ReadOnlyDisk(), shard).Steps);
        Assert.Equal(before, Directory.GetFiles(shard).ToDictionary(path => path, File.ReadAllBytes));
    }

    [Fact]
    public void An_empty_segment_file_of_a_real_folder_is_set_aside_by_a_repair()
    {
        using var folder = new TemporaryFolder("empty-segment");
        var shard = folder.Combine("shard");
        using (var log = new OpenLog(new NativeDisk(), OpenLog.Options() with { Folder = shard }))
        {
            log.AppendAcknowledged("one");
            log.Close();
        }

        var empty = System.IO.Path.Combine(shard, "00000000000000000002.log");
        File.WriteAllBytes(empty, []);

        var report = LogRepair.Apply(new NativeDisk(), shard, CopySuffix);

        Assert.Contains("set aside", Assert.Single(report.Steps), StringComparison.Ordinal);
        Assert.True(File.Exists(empty + ".damaged"));
        using var repaired = new OpenLog(new NativeDisk(), OpenLog.Options() with { Folder = shard });
        Assert.Equal("one", Assert.Single(repaired.ReadAll()).Value);
    }

    private static List<string> Read(LogInspection log)
    {
        var values = new List<string>();
        using var reader = log.OpenReader(SequenceNumber.First);
        while (reader.TryRead(out var record))
        {
            values.Add(System.Text.Encoding.UTF8.GetString(record.Value));
        }

        return values;
    }

    private static List<FrameSummary> FramesOf(SimulatedDisk disk)
    {
        var frames = new List<FrameSummary>();
        using var log = LogInspection.Open(disk, OpenLog.Folder);
        log.Verify(log.Segments[0], frames.Add);
        return frames;
    }

    private static SimulatedDisk Killed(int count)
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        Write(log, count);

        // Indexes of sealed segments are written in the background: they are there before the end.
        Assert.True(SpinWait.SpinUntil(
            () => log.Log.Segments[..^1].All(segment => disk.TryRead(segment.IndexPath) is not null),
            TimeSpan.FromSeconds(30)));
        return disk;
    }

    private static SimulatedDisk Stopped(int count)
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        Write(log, count);
        log.Close();
        return disk;
    }

    private static void Write(OpenLog log, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            log.AppendAcknowledged($"record {i} " + (count > 100 ? new string('x', 700) : ""));
        }
    }
}
