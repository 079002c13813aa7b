using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Segments that have left the log and whose files cannot be removed.</summary>
public sealed class UnremovableSegmentTests
{
    private readonly SimulatedDisk _simulated = new(new Random(1));

    [Theory]
    [InlineData("Delete", 0)]
    [InlineData("Rename", 2)]
    public void A_file_that_cannot_be_removed_counts_until_it_is_and_others_go(string failing, int sparesMax)
    {
        var disk = new WatchedDisk(_simulated);
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = sparesMax });
        Fill(log, 4);
        var segments = log.Log.Segments;
        var stuck = segments[0].Path;
        disk.Before = (operation, path) => Refuse(operation == failing && path == stuck);

        log.Log.EvictBefore(segments[2].FirstSequence, EvictionReason.Bytes);

        Assert.Equal(segments[2].FirstSequence, log.Log.OldestSequence);
        Assert.NotNull(_simulated.TryRead(stuck));
        Assert.Null(_simulated.TryRead(segments[1].Path));
        Assert.Equal(SegmentFilesOnDisk(), log.Log.SizeBytes);
        Assert.Equal(OpenLog.SegmentSizeBytes, log.Log.SizeBytes - log.Log.KeptBytes);
        Assert.Contains("fails here", Assert.Single(log.Log.UpkeepFailures).ToString(), StringComparison.Ordinal);
        log.Log.Tick();
        Assert.Equal(1, log.Log.UpkeepFailureCount);

        disk.Before = static (_, _) => { };
        log.Log.Tick();

        Assert.Null(_simulated.TryRead(stuck));
        Assert.Equal(SegmentFilesOnDisk(), log.Log.SizeBytes);
        Assert.Empty(log.Log.UpkeepFailures);
    }

    [Fact]
    public void Where_nothing_can_be_removed_eight_segments_go_and_no_more()
    {
        var disk = new WatchedDisk(_simulated);
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 });
        Fill(log, 12);
        var segments = log.Log.Segments;
        disk.Before = static (operation, _) => Refuse(operation == "Delete");
        while (log.Log.TryEvictOldest(EvictionReason.Budget))
        {
            Assert.True(log.Log.OldestSequence < segments[9].FirstSequence);
        }

        Assert.Equal(segments[RetiredSegments.CountMax].FirstSequence, log.Log.OldestSequence);
        Assert.Equal(0, log.Log.SealedBytes.Evictable);
        Assert.Equal(0, log.Log.EvictBefore(segments[^1].FirstSequence));
        Assert.Equal(SegmentFilesOnDisk(), log.Log.SizeBytes);

        disk.Before = static (_, _) => { };
        log.Log.Tick();
        Assert.True(log.Log.TryEvictOldest(EvictionReason.Budget));
        Assert.Equal(SegmentFilesOnDisk(), log.Log.SizeBytes);
    }

    [Fact]
    public void A_rename_that_is_done_and_fails_all_the_same_leaves_a_spare_that_counts()
    {
        using var log = OpenLog.Stepped(_simulated, OpenLog.Options() with { SpareSegmentsMax = 2 });
        Fill(log, 4);
        _simulated.RenamesUntilFailure = 0;
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        _simulated.RenamesUntilFailure = int.MaxValue;
        log.Log.Tick();
        Assert.Equal(OpenLog.SegmentSizeBytes, log.Log.SpareBytes);
        Assert.Equal(SegmentFilesOnDisk(), log.Log.SizeBytes);
        Assert.Empty(log.Log.UpkeepFailures);
    }

    [Fact]
    public void A_spare_that_cannot_be_deleted_counts_and_is_told_until_it_is()
    {
        var disk = new WatchedDisk(_simulated);
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 2 });
        Fill(log, 3);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        disk.Before = static (operation, _) => Refuse(operation == "Delete");
        Assert.Equal(0, log.Log.ReleaseSpares());
        Assert.Equal(OpenLog.SegmentSizeBytes, log.Log.SpareBytes);
        Assert.Equal(UpkeepWork.Removing, Assert.Single(log.Log.UpkeepFailures).Work);

        disk.Before = static (_, _) => { };
        log.Log.Tick();
        Assert.Equal(0, log.Log.SpareBytes);
        Assert.Empty(log.Log.UpkeepFailures);
        Assert.Equal(SegmentFilesOnDisk(), log.Log.SizeBytes);
    }

    [Fact]
    public void A_start_that_finds_one_takes_it_for_a_segment_and_what_followed_it_for_lost()
    {
        var disk = new WatchedDisk(_simulated);
        long evicted;
        long inFirst;
        using (var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 }))
        {
            Fill(log, 4);
            var segments = log.Log.Segments;
            inFirst = segments[1].FirstSequence.Value - 1;
            disk.Before = (operation, path) => Refuse(operation == "Delete" && path == segments[0].Path);
            evicted = log.Log.EvictBefore(segments[2].FirstSequence);
            log.Close();
        }

        using var again = OpenLog.Stepped(_simulated);
        var newest = again.Log.NewestSequence.Value;
        Assert.Equal(newest - evicted + inFirst, again.ReadAll().Count);
        Assert.Equal(evicted - inFirst, again.Log.LostRecords);
        again.Log.EvictBefore(again.Log.Segments[1].FirstSequence);
        Assert.Equal(evicted, again.Log.OldestSequence.Value - 1);
    }

    /// <summary>Bytes of all segments and spares that the disk has.</summary>
    private long SegmentFilesOnDisk()
    {
        long size = 0;
        foreach (var name in _simulated.List(OpenLog.Folder))
        {
            var isCounted = SegmentFile.TryParseName(name, out _) || name.EndsWith(".spare", StringComparison.Ordinal);
            size += isCounted ? _simulated.TryRead(Path.Combine(OpenLog.Folder, name))!.Length : 0;
        }

        return size;
    }

    private static void Fill(OpenLog log, int segments)
    {
        while (log.Log.Segments.Length < segments)
        {
            log.AppendAcknowledged(new string('x', 5000));
        }
    }

    private static void Refuse(bool isRefused)
    {
        if (isRefused)
        {
            throw new IOException("The device fails here.");
        }
    }
}
