using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Segments that have left the log and whose files cannot be removed.</summary>
public sealed class UnremovableSegmentTests
{
    private const string Horizon = OpenLog.Folder + "/horizon";

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
    public void A_start_passes_over_one_tells_of_it_and_removes_it()
    {
        var disk = new WatchedDisk(_simulated);
        SortedDictionary<long, string> written;
        string stuck;
        using (var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 }))
        {
            Fill(log, 4);
            var segments = log.Log.Segments;
            stuck = segments[0].Path;
            disk.Before = (operation, path) => Refuse(operation == "Delete" && path == stuck);
            log.Log.EvictBefore(segments[2].FirstSequence);
            written = log.ReadAll();
            log.Close();
        }

        using (var inspection = LogInspection.Open(_simulated, OpenLog.Folder))
        {
            Assert.Equal(written.Keys.First(), inspection.OldestSequence.Value);
            Assert.Contains(stuck, Assert.Single(inspection.Findings), StringComparison.Ordinal);
            Assert.Contains(inspection.OpeningChanges, change => change.Path == stuck);
        }

        using (var again = OpenLog.Stepped(disk))
        {
            Assert.Equal(written, again.ReadAll());
            Assert.Equal(0, again.Log.LostRecords);
            Assert.Equal(SegmentFilesOnDisk(), again.Log.SizeBytes);
            Assert.Equal(UpkeepWork.Removing, Assert.Single(again.Log.UpkeepFailures).Work);
            Assert.NotNull(_simulated.TryRead(stuck));
            again.Close();
        }

        disk.Before = static (_, _) => { };
        using var later = OpenLog.Stepped(disk);
        Assert.Null(_simulated.TryRead(stuck));
        Assert.Empty(later.Log.UpkeepFailures);
        later.Log.Tick();
        Assert.Null(_simulated.TryRead(Horizon));
        Assert.Equal(SegmentFilesOnDisk(), later.Log.SizeBytes);
    }

    [Fact]
    public void A_segment_whose_key_is_gone_keeps_no_log_from_opening_once_it_was_evicted()
    {
        var disk = new WatchedDisk(_simulated);
        using (var log = OpenLog.Stepped(disk, EncryptionTests.Options(TestKeys.OnlyOld) with { SpareSegmentsMax = 0 }))
        {
            Fill(log, 2);
            log.Log.Options = log.Log.Options with { Encryption = null };
            Fill(log, 4);
            var segments = log.Log.Segments;
            Assert.NotNull(segments[1].Cipher);
            Assert.Null(segments[2].Cipher);
            disk.Before = static (operation, _) => Refuse(operation == "Delete");
            log.Log.EvictBefore(segments[2].FirstSequence);
            log.Close();
        }

        using var again = OpenLog.Stepped(disk);
        Assert.Equal(SegmentFilesOnDisk(), again.Log.SizeBytes);
        Assert.Equal(again.Log.OldestSequence.Value, again.ReadAll().Keys.First());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_that_are_durable_stay_though_the_one_before_them_went_and_an_older_one_did_not(
        bool isHorizonRefused)
    {
        var disk = new WatchedDisk(_simulated);
        var relaxed = OpenLog.Options() with
        {
            SpareSegmentsMax = 0,
            Durability = new Durability(DurabilityKind.OperatingSystem, 0),
        };
        var log = FilledRelaxed(disk, relaxed);
        var durable = log.Log.DurableSequence;
        Assert.True(durable >= log.Log.Segments[3].FirstSequence);
        var stuck = log.Log.Segments[1];
        disk.Before = (operation, path) => Refuse(
            (operation == "Delete" && path == stuck.Path) || (isHorizonRefused && path == Horizon));
        log.Log.EvictBefore(log.Log.Segments[3].FirstSequence);
        _simulated.TurnOff();
        _simulated.CutPower();

        using var opened = OpenLog.Stepped(_simulated, relaxed);
        Assert.Equal(durable, opened.Log.NewestSequence);
        Assert.Equal(0, opened.Log.LostRecords);
        Assert.Equal(
            (isHorizonRefused ? stuck.FirstSequence : log.Log.OldestSequence).Value, opened.ReadAll().Keys.First());
    }

    [Fact]
    public void While_the_horizon_cannot_be_written_nothing_more_is_evicted()
    {
        var disk = new WatchedDisk(_simulated);
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 });
        Fill(log, 5);
        var segments = log.Log.Segments;
        disk.Before = (operation, path) => Refuse(
            (operation == "Delete" && path == segments[0].Path) || path == Horizon);
        log.Log.EvictBefore(segments[3].FirstSequence);
        log.Log.Tick();
        Assert.Equal(0, log.Log.EvictBefore(segments[3].FirstSequence));
        Assert.Equal(0, log.Log.SealedBytes.Evictable);
        Assert.All(segments, segment => Assert.NotNull(_simulated.TryRead(segment.Path)));
        Assert.Equal(segments[1].FirstSequence, log.Log.OldestSequence);
        Assert.Equal(SegmentFilesOnDisk(), log.Log.SizeBytes);

        disk.Before = (operation, path) => Refuse(operation == "Delete" && path == segments[0].Path);
        log.Log.Tick();
        Assert.Equal(segments[1].FirstSequence, TrimHorizon.Read(_simulated, OpenLog.Folder, out _));
        log.Log.EvictBefore(segments[3].FirstSequence);
        Assert.Equal(
            [true, false, false, true, true], segments.Select(segment => _simulated.TryRead(segment.Path) is not null));
    }

    [Fact]
    public void A_horizon_that_cannot_be_removed_is_told_until_it_is()
    {
        var disk = new WatchedDisk(_simulated);
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 });
        Fill(log, 3);
        var stuck = log.Log.Segments[0].Path;
        disk.Before = (operation, path) => Refuse(operation == "Delete" && path == stuck);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        disk.Before = static (operation, path) => Refuse(operation == "Delete" && path == Horizon);
        log.Log.Tick();
        log.Log.Tick();
        Assert.Null(_simulated.TryRead(stuck));
        Assert.Equal(UpkeepWork.Removing, Assert.Single(log.Log.UpkeepFailures).Work);

        disk.Before = static (_, _) => { };
        log.Log.Tick();
        Assert.Null(_simulated.TryRead(Horizon));
        Assert.Empty(log.Log.UpkeepFailures);
    }

    [Fact]
    public void Files_go_in_order_though_two_threads_evict()
    {
        var disk = new WatchedDisk(_simulated);
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 });
        Fill(log, 4);
        var segments = log.Log.Segments;
        using var isAtFirst = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var deleted = new List<string>();
        disk.Before = (operation, path) =>
        {
            if (operation == "Delete" && path == segments[0].Path)
            {
                isAtFirst.Set();
                mayGoOn.Wait();
            }

            lock (deleted)
            {
                deleted.Add(path);
            }
        };
        var one = new Thread(() => log.Log.EvictBefore(segments[1].FirstSequence));
        var other = new Thread(() => log.Log.EvictBefore(segments[2].FirstSequence));
        one.Start();
        isAtFirst.Wait();
        other.Start();
        Assert.True(SpinWait.SpinUntil(
            () => (other.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromSeconds(30)));
        mayGoOn.Set();
        one.Join();
        other.Join();
        Assert.Equal(
            [segments[0].Path, segments[1].Path],
            deleted.Where(path => path.EndsWith(".log", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_nobody_can_tell_what_the_horizon_says_no_segment_goes_for_a_hole_before_it(bool isDamaged)
    {
        var disk = new WatchedDisk(_simulated);
        var relaxed = OpenLog.Options() with
        {
            SpareSegmentsMax = 0,
            Durability = new Durability(DurabilityKind.OperatingSystem, 0),
        };
        var log = FilledRelaxed(disk, relaxed);
        var segments = log.Log.Segments;
        var newest = log.Log.NewestSequence;
        disk.Before = (operation, path) => Refuse(operation == "Delete" && path == segments[1].Path);
        log.Log.EvictBefore(segments[3].FirstSequence);
        _simulated.BytesOf(Horizon)[9] ^= (byte)(isDamaged ? 1 : 0);
        (_simulated.UnreadablePath, _simulated.UnreadableByte) = (Horizon, isDamaged ? null : 0);

        using var opened = OpenLog.Stepped(_simulated, relaxed);
        Assert.Equal(newest, opened.Log.NewestSequence);
        Assert.Contains(opened.Log.RecoveryFindings, finding => finding.Contains(Horizon));
        Assert.Contains(opened.Log.Segments, segment => segment.Path == segments[3].Path);
    }

    [Fact]
    public void Looking_and_repairing_pass_over_what_is_before_the_horizon()
    {
        var disk = new WatchedDisk(_simulated);
        string stuck;
        using (var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 }))
        {
            Fill(log, 4);
            stuck = log.Log.Segments[0].Path;
            disk.Before = (operation, path) => Refuse(operation == "Delete" && path == stuck);
            log.Log.EvictBefore(log.Log.Segments[2].FirstSequence);
            log.Log.Upkeep.DoWork();
            log.Close();
        }

        _simulated.BytesOf(stuck).Fill(1);
        using (var inspection = LogInspection.Open(_simulated, OpenLog.Folder))
        {
            Assert.DoesNotContain(inspection.Segments, segment => segment.Path == stuck);
            Assert.All(inspection.Segments, segment => Assert.False(inspection.HasChanged(segment.FirstSequence)));
        }

        var report = LogRepair.Apply(_simulated, OpenLog.Folder, ".copy");
        Assert.Empty(report.Steps);
        Assert.Empty(report.Remaining);
        Assert.Empty(report.Copies);
        Assert.NotNull(_simulated.TryRead(stuck));
    }

    [Fact]
    public void Numbers_before_the_horizon_are_not_used_again_where_no_segment_is_left()
    {
        _simulated.Replace(Horizon, TrimHorizon.ToBytes(new SequenceNumber(1000)));
        using var log = new OpenLog(_simulated);
        Assert.Equal(1000, log.AppendAcknowledged("first").Value);
    }

    [Fact]
    public void The_horizon_has_the_documented_bytes()
    {
        var bytes = TrimHorizon.ToBytes(new SequenceNumber(7));
        Assert.Equal("4544474548525A00" + "0700000000000000" + "E90A3C49", Convert.ToHexString(bytes));
        _simulated.Replace(Horizon, bytes);
        Assert.Equal(7, TrimHorizon.Read(_simulated, OpenLog.Folder, out _).Value);
        _simulated.BytesOf(Horizon)[9] ^= 1;
        Assert.Equal(SequenceNumber.None, TrimHorizon.Read(_simulated, OpenLog.Folder, out var isClear));
        Assert.False(isClear);
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

    /// <summary>Four segments, all durable.</summary>
    private static OpenLog FilledRelaxed(IDisk disk, ShardLogOptions relaxed)
    {
        var log = OpenLog.Stepped(disk, relaxed);
        while (log.Log.Segments.Length < 4 || log.Log.NewestSequence < log.Log.Segments[3].FirstSequence)
        {
            log.Log.TryAppend("k"u8, new byte[5000], null, out _);
            log.Commit();
        }

        log.Commit(mustSync: true);
        return log;
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
