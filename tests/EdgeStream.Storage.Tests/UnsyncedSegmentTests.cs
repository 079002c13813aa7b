using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A relaxed log begins a segment before the device has all of the one before: a power cut may take the end of both.
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
        log.Log.Writer.Finish(mustSync: true);
        log.Append("claims what is durable by now");
        log.Log.Writer.Write();
        log.Log.Writer.Finish(mustSync: false);
        TearAt(disk, log.Log.Segments[0].VisibleEnd - 20_000);

        using var restarted = new OpenLog(disk, Relaxed);
        Assert.Equal(2, restarted.Log.Segments.Length);
        Assert.Equal(newest.Next, restarted.Log.NewestSequence);
        Assert.InRange(restarted.ReadAll().Count, newest.Value - 2, newest.Value);
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

    /// <summary>Two segments, of which the device was never asked to take the first; no thread works on them.</summary>
    private static SequenceNumber FillTwoSegments(SimulatedDisk disk, out OpenLog log)
    {
        log = new OpenLog(disk, Relaxed);
        log.Dispose();
        while (log.Log.Segments.Length < 2 || log.Log.NewestSequence < log.Log.Segments[1].FirstSequence)
        {
            log.Log.TryAppend("k"u8, new byte[5000], null, out _);
            log.Log.Writer.Write();
            log.Log.Writer.Finish(mustSync: false);
        }

        return log.Log.NewestSequence;
    }

    private static void TearAt(SimulatedDisk disk, int offset)
    {
        disk.BytesOf(First).Slice(offset, 512).Clear();
        disk.BytesOf(First)[offset] = 1;
    }
}
