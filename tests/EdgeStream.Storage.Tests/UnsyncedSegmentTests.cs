using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A relaxed log begins segments before the device has all of those before: a power cut may take the ends of some.
/// </summary>
public sealed class UnsyncedSegmentTests
{
    private const string First = OpenLog.Folder + "/00000000000000000001.log";

    private static readonly ShardLogOptions Relaxed =
        OpenLog.Options() with { Durability = new Durability(DurabilityKind.OperatingSystem, 0) };

    [Fact]
    public void What_follows_a_torn_segment_goes_with_its_end()
    {
        var disk = new SimulatedDisk(new Random(1));
        var newest = FillTwoSegments(disk, out var log);
        var torn = log.Log.Segments[0].VisibleEnd - 20_000;
        TearAt(disk, torn);

        using var restarted = new OpenLog(disk, Relaxed);
        Assert.Single(restarted.Log.Segments);
        Assert.Equal(2, restarted.Log.RecoveryFindings.Count);
        var found = restarted.ReadAll();
        Assert.Equal(found.Count, found.Last().Key);
        Assert.InRange(found.Count, 1, newest.Value - 1);
        Assert.Equal(new SequenceNumber(found.Count + 1), restarted.AppendAcknowledged("next"));
    }

    [Fact]
    public void A_whole_segment_keeps_what_follows_it()
    {
        var disk = new SimulatedDisk(new Random(1));
        var newest = FillTwoSegments(disk, out _);
        using var restarted = new OpenLog(disk, Relaxed);
        Assert.Equal(2, restarted.Log.Segments.Length);
        Assert.Equal(newest.Value, restarted.ReadAll().Count);
    }

    [Fact]
    public void Damage_in_a_segment_that_was_durable_cuts_nothing()
    {
        var disk = new SimulatedDisk(new Random(1));
        var newest = FillTwoSegments(disk, out var log);
        log.Commit(mustSync: true);
        log.Append("claims what is durable by now");
        log.Commit();
        TearAt(disk, log.Log.Segments[0].VisibleEnd - 20_000);

        using var restarted = new OpenLog(disk, Relaxed);
        Assert.Equal(2, restarted.Log.Segments.Length);
        Assert.Equal(newest.Next, restarted.Log.NewestSequence);
        Assert.InRange(restarted.ReadAll().Count, newest.Value - 2, newest.Value);
    }

    [Fact]
    public void What_follows_the_oldest_torn_segment_goes_too()
    {
        var disk = new SimulatedDisk(new Random(1));
        FillSegments(disk, LogWriter.UnsyncedSegmentsMax + 1, out var log);
        var second = log.Log.Segments[1];
        TearAt(disk, second.Path, second.VisibleEnd - 20_000);

        using var restarted = new OpenLog(disk, Relaxed);
        Assert.Equal(2, restarted.Log.Segments.Length);
        var found = restarted.ReadAll();
        Assert.Equal(found.Count, found.Last().Key);
        Assert.InRange(found.Count, second.FirstSequence.Value, log.Log.Segments[2].FirstSequence.Value - 2);
        Assert.Equal(new SequenceNumber(found.Count + 1), restarted.AppendAcknowledged("next"));
    }

    [Fact]
    public void A_few_segments_are_unsynced_and_each_says_how_many_are_before_it()
    {
        var disk = new SimulatedDisk(new Random(1));
        var newest = FillSegments(disk, LogWriter.UnsyncedSegmentsMax + 3, out var log);
        var unsynced = log.Log.Segments.Select(segment => segment.Header.UnsyncedBefore);
        Assert.Equal([0, 1, 2, 3, 4, 4, 4], unsynced);
        Assert.Equal(log.Log.Segments[2].FirstSequence.Previous, log.Log.DurableSequence);

        using var restarted = new OpenLog(disk, Relaxed);
        Assert.Equal(newest.Value, restarted.ReadAll().Count);
    }

    [Fact]
    public async Task A_durability_that_is_made_stricter_reaches_what_an_idle_log_has_written()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, Relaxed);
        var written = log.AppendAcknowledged("written");
        Assert.True(log.Log.DurableSequence < written);
        log.Log.Options = Relaxed with { Durability = Durability.Fsync };
        await Poll.UntilAsync(() => log.Log.DurableSequence == written);
    }

    [Fact]
    public void What_waits_for_a_sync_is_not_compressed()
    {
        var disk = new SimulatedDisk(new Random(1));
        FillSegments(disk, 4, out var log);
        log.Log.Options = Relaxed with { Compression = SegmentCompression.Brotli };
        disk.SyncsUntilFailure = 0;
        log.Log.Upkeep.DoWork();
        Assert.NotNull(log.Log.Failure);
        Assert.DoesNotContain(log.Log.Segments, segment => segment.IsCompressed);
    }

    [Fact]
    public void Repair_makes_a_segment_durable_before_its_index_says_so()
    {
        var disk = new SimulatedDisk(new Random(1));
        FillSegments(disk, 3, out var log);
        var whole = log.Log.Segments[1].FirstSequence.Previous;
        var repaired = LogRepair.Apply(disk, OpenLog.Folder, ".before");
        Assert.NotEmpty(repaired.Steps);
        disk.CutPower();

        using var restarted = new OpenLog(disk, Relaxed);
        Assert.True(restarted.Log.NewestSequence >= whole);
        Assert.InRange(restarted.ReadAll().Count, whole.Value, int.MaxValue);
    }

    [Fact]
    public void A_sync_that_fails_behind_the_next_segment_ends_the_log()
    {
        var disk = new SimulatedDisk(new Random(1));
        FillTwoSegments(disk, out var log);
        disk.SyncsUntilFailure = 0;
        log.Log.Upkeep.DoWork();
        Assert.NotNull(log.Log.Failure);
        log.Log.Writer.Write();
        Assert.Equal(AppendStatus.Failed, log.Log.TryAppend("k"u8, "v"u8, null, out _));
    }

    [Fact]
    public void What_is_lost_in_the_segment_before_the_last_counts_from_the_start()
    {
        var disk = new SimulatedDisk(new Random(1));
        var log = OpenLog.Stepped(disk, Relaxed);
        Write(log, 3);
        log.Commit(mustSync: true);
        Write(log, 1);
        FillSegments(log, 2);
        disk.BytesOf(First)[6000] ^= 1;

        using var restarted = new OpenLog(disk, Relaxed);
        Assert.Equal(2, restarted.Log.Segments.Length);
        Assert.Equal(1, restarted.Log.LostRecords);
    }

    [Fact]
    public void The_segment_before_one_that_is_set_aside_ends_before_its_tear()
    {
        var disk = new SimulatedDisk(new Random(1));
        var newest = FillTwoSegments(disk, out var log);
        TearAt(disk, log.Log.Segments[0].VisibleEnd - 20_000);
        disk.BytesOf(log.Log.Segments[1].Path).Fill(0xA5);

        using var restarted = new OpenLog(disk, Relaxed);
        var found = restarted.ReadAll();
        Assert.NotEmpty(found);
        Assert.Equal(found.Count, found.Last().Key);
        Assert.True(restarted.AppendAcknowledged("next") > newest);
    }

    /// <summary>Two segments, of which the device was never asked to take the first; no thread works on them.</summary>
    private static SequenceNumber FillTwoSegments(SimulatedDisk disk, out OpenLog log) =>
        FillSegments(disk, 2, out log);

    private static SequenceNumber FillSegments(SimulatedDisk disk, int count, out OpenLog log)
    {
        log = OpenLog.Stepped(disk, Relaxed);
        return FillSegments(log, count);
    }

    private static SequenceNumber FillSegments(OpenLog log, int count)
    {
        while (log.Log.Segments.Length < count || log.Log.NewestSequence < log.Log.Segments[^1].FirstSequence)
        {
            Write(log, 1);
        }

        return log.Log.NewestSequence;
    }

    private static void Write(OpenLog log, int count)
    {
        for (var i = 0; i < count; i++)
        {
            log.Log.TryAppend("k"u8, new byte[5000], null, out _);
            log.Commit();
        }
    }

    private static void TearAt(SimulatedDisk disk, int offset) => TearAt(disk, First, offset);

    private static void TearAt(SimulatedDisk disk, string path, int offset)
    {
        disk.BytesOf(path).Slice(offset, 512).Clear();
        disk.BytesOf(path)[offset] = 1;
    }
}
