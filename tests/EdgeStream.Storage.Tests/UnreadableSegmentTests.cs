using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// Opening reads by calls: a sector that the device cannot read costs what stood in it, ends no process, and takes no
/// file away. A simulated mapping shows what a real one dies of, so that a record found there was read through one.
/// </summary>
public sealed class UnreadableSegmentTests
{
    private const int SectorSizeBytes = 4096;
    private const string First = OpenLog.Folder + "/00000000000000000001.log";

    [Fact]
    public void A_bad_sector_in_the_last_segment_after_a_kill_costs_what_stood_there()
    {
        var disk = Killed(out var written);
        var before = disk.BytesOf(First).ToArray();
        Spoil(disk, First, (5 * SectorSizeBytes) + 10);

        using (var log = new OpenLog(disk))
        {
            var found = log.ReadAll();
            AssertMost(written, found);
            Assert.Equal(written.Last(), found.Last());
            Assert.Contains(log.Log.RecoveryFindings, finding => finding.Contains("cannot read 1 sectors"));
            Assert.Equal(written.Last().Key + 1, log.AppendAcknowledged("after").Value);
            Assert.Equal("after", log.ReadAll().Last().Value);
            Assert.Equal(written.Count - found.Count, log.Log.LostRecords);
        }

        Assert.Equal(before, disk.BytesOf(First).ToArray());

        // What was a moment's failure is read again.
        disk.UnreadableByte = null;
        using var later = new OpenLog(disk);
        written.Add(written.Last().Key + 1, "after");
        Assert.Equal(written, later.ReadAll());
    }

    [Fact]
    public void A_bad_sector_where_the_log_ends_frees_no_number_and_takes_no_record()
    {
        var disk = Killed(out var written);
        var end = Array.FindLastIndex(disk.BytesOf(First).ToArray(), value => value != 0);
        Spoil(disk, First, end);
        long next;
        using (var log = new OpenLog(disk))
        {
            AssertMost(written, log.ReadAll());
            next = log.AppendAcknowledged("after").Value;
            Assert.True(next > written.Last().Key);
            log.Close();
        }

        disk.UnreadableByte = null;
        using var later = new OpenLog(disk);
        written.Add(next, "after");
        Assert.Equal(written, later.ReadAll());
    }

    [Fact]
    public void A_bad_sector_in_the_end_after_a_clean_stop_begins_a_new_segment()
    {
        var disk = Killed(out var written);
        using (var log = new OpenLog(disk))
        {
            log.Close();
        }

        var end = Array.FindLastIndex(disk.BytesOf(First).ToArray(), value => value != 0);
        Spoil(disk, First, end);
        using var opened = new OpenLog(disk);
        Assert.Equal(written.Last().Key + 1, opened.AppendAcknowledged("after").Value);
        AssertMost(written, opened.ReadAll().Where(record => record.Value != "after"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_last_segment_whose_beginning_cannot_be_read_is_kept_with_its_numbers(bool hasMark)
    {
        var disk = Killed(out var written);
        if (hasMark)
        {
            using var once = new OpenLog(disk);
        }

        var before = disk.BytesOf(First).ToArray();
        Spoil(disk, First, 100);
        long next;
        using (var log = new OpenLog(disk))
        {
            next = log.AppendAcknowledged("after").Value;
            Assert.True(next > written.Last().Key);
            var found = log.ReadAll();
            Assert.Equal("after", found.Last().Value);
            if (hasMark)
            {
                AssertMost(written, found.Where(record => record.Value != "after"));
            }
        }

        Assert.Equal(before, disk.BytesOf(First).ToArray());
        disk.UnreadableByte = null;
        using var later = new OpenLog(disk);
        written.Add(next, "after");
        Assert.Equal(written, later.ReadAll());
    }

    [Fact]
    public void A_sealed_segment_whose_beginning_cannot_be_read_keeps_what_its_index_leads_to()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = Fill(disk, segments: 3, isStopped: true);
        Spoil(disk, First, 0);
        using var log = new OpenLog(disk);
        Assert.Contains(log.Log.RecoveryFindings, finding => finding.Contains(First));
        Assert.Equal(3, log.Log.Segments.Length);
        AssertMost(written, log.ReadAll());
    }

    [Fact]
    public void An_encrypted_segment_whose_beginning_cannot_be_read_is_kept_and_ends_nothing()
    {
        var disk = new SimulatedDisk(new Random(1));
        var options = EncryptionTests.Options(TestKeys.OnlyOld);
        var written = Fill(disk, segments: 3, isStopped: true, options);
        Spoil(disk, First, 0);
        using (var log = new OpenLog(disk, options))
        {
            var second = log.Log.Segments[1].FirstSequence.Value;
            Assert.Equal(written.Where(record => record.Key >= second), log.ReadAll());
            log.Close();
        }

        disk.UnreadableByte = null;
        using var later = new OpenLog(disk, options);
        Assert.Equal(written, later.ReadAll());
    }

    [Fact]
    public void An_encrypted_last_segment_with_a_bad_sector_costs_its_frames()
    {
        var disk = new SimulatedDisk(new Random(1));
        var options = EncryptionTests.Options(TestKeys.OnlyOld);
        var written = Fill(disk, segments: 1, isStopped: false, options);
        Spoil(disk, First, (5 * SectorSizeBytes) + 10);
        using var log = new OpenLog(disk, options);
        var found = log.ReadAll();
        AssertMost(written, found);
        Assert.Equal(written.Last(), found.Last());
        Assert.Equal(written.Last().Key + 1, log.AppendAcknowledged("after").Value);
    }

    [Fact]
    public void An_unused_segment_that_cannot_be_read_is_not_taken_for_unused()
    {
        var disk = Killed(out _);
        disk.BytesOf(First).Clear();
        Spoil(disk, First, 0);
        using var log = new OpenLog(disk);
        Assert.Contains(Path.GetFileName(First), disk.List(OpenLog.Folder));
        Assert.DoesNotContain(log.Log.RecoveryFindings, finding => finding.Contains("never used"));
        log.AppendAcknowledged("after");
        Assert.Contains(Path.GetFileName(First), disk.List(OpenLog.Folder));
    }

    [Fact]
    public void Nothing_follows_a_relaxed_segment_away_because_a_sector_cannot_be_read()
    {
        var disk = new SimulatedDisk(new Random(1));
        var relaxed = OpenLog.Options() with { Durability = new Durability(DurabilityKind.OperatingSystem, 0) };
        var log = OpenLog.Stepped(disk, relaxed);
        while (log.Log.Segments.Length < 2 || log.Log.NewestSequence < log.Log.Segments[1].FirstSequence)
        {
            log.Log.TryAppend("k"u8, new byte[5000], null, out _);
            log.Commit();
        }

        Spoil(disk, First, 9 * SectorSizeBytes);
        using var opened = new OpenLog(disk, relaxed);
        Assert.Equal(2, opened.Log.Segments.Length);
        Assert.Equal(log.Log.NewestSequence, opened.Log.NewestSequence);
        Assert.InRange(opened.ReadAll().Count, log.Log.NewestSequence.Value - 3, log.Log.NewestSequence.Value - 1);
    }

    [Fact]
    public void An_index_that_cannot_be_read_keeps_no_log_from_opening_and_frees_no_number()
    {
        var disk = new UnreadableIndexDisk(Killed(out var written));
        using (var log = new OpenLog(disk))
        {
            log.Close();
        }

        disk.IsUnreadable = true;
        using var opened = new OpenLog(disk);
        Assert.Equal(written, opened.ReadAll());
        Assert.True(opened.AppendAcknowledged("after").Value > written.Last().Key);
    }

    [Fact]
    public void Indexes_of_sealed_segments_that_cannot_be_read_keep_no_reader_from_its_place()
    {
        var simulated = new SimulatedDisk(new Random(1));
        var written = Fill(simulated, segments: 3, isStopped: true);
        var disk = new UnreadableIndexDisk(simulated) { IsUnreadable = true };
        using var log = new OpenLog(disk);
        Assert.Equal(written, log.ReadAll());
        using var reader = log.Log.OpenReader(new SequenceNumber(40));
        Assert.Equal(LogReadStep.Record, reader.Read(out var record));
        Assert.Equal(40, record.Sequence.Value);
    }

    [Fact]
    public void Inspection_and_repair_read_around_a_bad_sector_as_opening_does()
    {
        var disk = Killed(out var written);
        Spoil(disk, First, (5 * SectorSizeBytes) + 10);
        var before = disk.BytesOf(First).ToArray();
        using (var inspection = LogInspection.Open(disk, OpenLog.Folder))
        {
            Assert.Equal(written.Last().Key, inspection.NewestSequence.Value);
            Assert.NotEmpty(inspection.Findings);
        }

        LogRepair.Apply(disk, OpenLog.Folder, ".copy");
        Assert.Equal(before, disk.BytesOf(First).ToArray());
    }

    [Fact]
    public void Repair_maps_no_sealed_segment_that_cannot_be_read_and_makes_no_index_of_it()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = Fill(disk, segments: 3, isStopped: true);
        var index = Path.ChangeExtension(First, ".index");
        disk.Delete(index);
        Spoil(disk, First, (5 * SectorSizeBytes) + 10);
        var real = new UnmappableDisk(disk);

        var report = LogRepair.Apply(real, OpenLog.Folder, ".copy");
        Assert.Empty(report.Steps);
        Assert.InRange(Assert.Single(report.Remaining).LostRecords, 1, 10);
        Assert.DoesNotContain(Path.GetFileName(index), disk.List(OpenLog.Folder));

        // Once it can be read again, nothing is lost and the index is right.
        disk.UnreadableByte = null;
        report = LogRepair.Apply(real, OpenLog.Folder, ".copy");
        Assert.Contains("is missing", Assert.Single(report.Steps), StringComparison.Ordinal);
        Assert.Empty(report.Remaining);
        using var log = new OpenLog(disk);
        Assert.Equal(written, log.ReadAll());
    }

    [Fact]
    public void Repair_makes_an_index_anew_that_cannot_be_read_and_keeps_a_copy_with_zeros()
    {
        var disk = new SimulatedDisk(new Random(1));
        Fill(disk, segments: 3, isStopped: true);
        var index = Path.ChangeExtension(First, ".index");
        var before = disk.TryRead(index);
        Spoil(disk, index, 50);

        var report = LogRepair.Apply(disk, OpenLog.Folder, ".copy");
        Assert.Contains($"{index} is damaged", Assert.Single(report.Steps), StringComparison.Ordinal);
        Assert.Equal(before, disk.TryRead(index));
        Assert.Equal(new byte[before!.Length], disk.TryRead(index + ".copy"));
    }

    private static void Spoil(SimulatedDisk disk, string path, int offset) =>
        (disk.UnreadablePath, disk.UnreadableByte) = (path, offset);

    /// <summary>One segment, not stopped.</summary>
    private static SimulatedDisk Killed(out SortedDictionary<long, string> written)
    {
        var disk = new SimulatedDisk(new Random(1));
        written = Fill(disk, segments: 1, isStopped: false);
        return disk;
    }

    private static SortedDictionary<long, string> Fill(
        SimulatedDisk disk, int segments, bool isStopped, ShardLogOptions? options = null)
    {
        var written = new SortedDictionary<long, string>();
        using var log = new OpenLog(disk, options);
        while (log.Log.Segments.Length < segments || written.Count < 60)
        {
            var value = $"{written.Count} {new string('x', 500)}";
            written.Add(log.AppendAcknowledged(value).Value, value);
        }

        if (isStopped)
        {
            log.Close();
        }

        return written;
    }

    /// <summary>All but what a sector of 4 KiB can hold, and no other.</summary>
    private static void AssertMost(
        SortedDictionary<long, string> written, IEnumerable<KeyValuePair<long, string>> found)
    {
        var count = 0;
        foreach (var (sequence, value) in found)
        {
            Assert.Equal(written[sequence], value);
            count++;
        }

        Assert.InRange(count, written.Count - 10, written.Count - 1);
    }

    /// <summary>A disk on which no index can be read.</summary>
    private sealed class UnreadableIndexDisk(IDisk disk) : DiskAround(disk)
    {
        public bool IsUnreadable { get; set; }

        public override byte[]? TryRead(string path) =>
            IsUnreadable && path.EndsWith(".index", StringComparison.Ordinal)
                ? throw new IOException("The disk cannot read this sector.")
                : base.TryRead(path);
    }
}
