using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Work that nobody waits for and that fails: it is told, the rest goes on, and it is tried again.</summary>
public sealed class UpkeepFailureTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void An_index_that_cannot_be_written_is_told_until_it_is_and_other_work_goes_on()
    {
        var time = new ManualTimeProvider();
        var disk = FailingAt(".index");
        using var log = new OpenLog(disk, time: time);
        FillSegments(log, 2);
        Until(() => Kinds(log).Contains(UpkeepWork.Finishing));
        Assert.True(log.Log.UpkeepFailureCount > 0);
        Assert.Contains("cannot be written", log.Log.UpkeepFailures[0].ToString(), StringComparison.Ordinal);

        // It is full to more than a half, so that the next one is made ahead of need.
        Until(() => log.Log.SpareBytes > 0);
        Assert.Null(log.Log.Failure);

        disk.Before = static (_, _) => { };
        time.Advance(TimeSpan.FromSeconds(1));
        log.Committer.Tick();
        Until(() => log.Log.UpkeepFailures.Count == 0);
        Assert.NotNull(disk.TryRead(log.Log.Segments[0].IndexPath));
    }

    [Fact]
    public void Of_many_indexes_that_cannot_be_written_the_newest_are_tried_again()
    {
        var time = new ManualTimeProvider();
        var disk = FailingAt(".index");
        using var log = new OpenLog(disk, time: time);
        FillSegments(log, 13);
        disk.Before = static (_, _) => { };
        time.Advance(TimeSpan.FromMinutes(1));
        log.Committer.Tick();
        var newest = log.Log.Segments[^2];
        Until(() => disk.TryRead(newest.IndexPath) is not null && log.Log.UpkeepFailures.Count == 0);
        Assert.Equal(log.Log.NewestSequence.Value, log.ReadAll().Count);
    }

    [Fact]
    public void What_fails_for_the_same_reason_counts_once_and_is_tried_less_and_less_often()
    {
        var time = new ManualTimeProvider();
        var tries = 0;
        var disk = new WatchedDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(disk, time: time);
        disk.Before = (_, path) =>
        {
            if (path.EndsWith(".index", StringComparison.Ordinal))
            {
                tries++;
                throw new IOException("Nothing can be written here.");
            }
        };
        FillSegments(log, 2);
        Until(() => Kinds(log).Contains(UpkeepWork.Finishing));
        for (var second = 0; second < 300; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            log.Log.Upkeep.DoWork();
        }

        Assert.Equal(1, log.Log.UpkeepFailureCount);
        Assert.InRange(tries, 8, 14);
    }

    [Fact]
    public void What_a_failed_log_has_not_synced_counts_once()
    {
        var relaxed = OpenLog.Options() with { Durability = new Durability(DurabilityKind.OperatingSystem, 0) };
        var time = new ManualTimeProvider();
        var disk = new SimulatedDisk(new Random(1));
        var log = OpenLog.Stepped(disk, relaxed, time);
        while (log.Log.Segments.Length < 2)
        {
            log.Log.TryAppend("k"u8, new byte[5000], null, out _);
            log.Commit();
        }

        disk.SyncsUntilFailure = 0;
        for (var second = 0; second < 100; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            log.Log.Upkeep.DoWork();
        }

        Assert.NotNull(log.Log.Failure);
        Assert.Equal(1, log.Log.UpkeepFailureCount);
        Assert.Single(log.Log.UpkeepFailures);
    }

    [Fact]
    public void A_segment_whose_check_throws_is_passed_over_and_told()
    {
        var time = new ManualTimeProvider();
        var simulated = new SimulatedDisk(new Random(1));
        var disk = new WatchedDisk(simulated);
        using var log = new OpenLog(disk, time: time);
        FillSegments(log, 4);
        var segments = log.Log.Segments;
        Until(() => segments.Take(3).All(segment => simulated.TryRead(segment.IndexPath) is not null));
        simulated.Delete(segments[0].IndexPath);
        disk.Before = (_, path) =>
        {
            if (path == segments[0].IndexPath)
            {
                throw new IOException("This index cannot be written.");
            }
        };
        log.Committer.CheckBytesPerSecond = 1 << 20;
        CheckUntil(log, time, () => log.Log.Scrub.LastPass is not null);
        Assert.Contains("This index", Assert.Single(log.Log.UpkeepFailures).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, log.Log.UpkeepFailureCount);

        disk.Before = static (_, _) => { };
        time.Advance(TimeSpan.FromHours(1));
        CheckUntil(log, time, () => log.Log.UpkeepFailures.Count == 0);
        Assert.NotNull(simulated.TryRead(segments[0].IndexPath));
    }

    [Fact]
    public void A_next_segment_that_cannot_be_made_ahead_is_told_until_there_is_one()
    {
        var disk = FailingAt(".spare");
        using var log = new OpenLog(disk);
        for (var i = 0; log.Log.UpkeepFailures.Count == 0; i++)
        {
            Assert.True(i < 60, "The segment was nearly full and nobody wanted the next one.");
            log.AppendAcknowledged(new string('x', 1000));
            if (log.Log.UsedBytes > OpenLog.SegmentSizeBytes * 3 / 4)
            {
                Until(() => Kinds(log).Contains(UpkeepWork.Preparing));
            }
        }

        disk.Before = static (_, _) => { };
        FillSegments(log, 2);
        Until(() => log.Log.UpkeepFailures.Count == 0);
    }

    [Fact]
    public void A_segment_that_cannot_be_compressed_is_told_and_tried_again_an_hour_later()
    {
        var time = new ManualTimeProvider();
        var disk = FailingAt(".packing");
        using var log = new OpenLog(
            disk, OpenLog.Options() with { Compression = SegmentCompression.Brotli }, time);
        FillSegments(log, 2);
        Until(() => Kinds(log).Contains(UpkeepWork.Compressing));

        disk.Before = static (_, _) => { };
        time.Advance(TimeSpan.FromMinutes(61));
        log.Committer.Tick();
        Until(() => log.Log.Segments[0].IsCompressed && log.Log.UpkeepFailures.Count == 0);
    }

    [Fact]
    public void Checking_that_fails_is_told_until_it_succeeds()
    {
        var time = new ManualTimeProvider();
        var disk = new WatchedDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(disk, time: time);
        FillSegments(log, 3);
        disk.Before = FailAt("scrub");
        log.Committer.CheckBytesPerSecond = 1 << 20;
        CheckUntil(log, time, () => Kinds(log).Contains(UpkeepWork.Checking));

        disk.Before = static (_, _) => { };
        CheckUntil(log, time, () => log.Log.UpkeepFailures.Count == 0);
    }

    [Fact]
    public async Task Closing_a_log_whose_upkeep_takes_long_lets_the_other_logs_go_on()
    {
        using var reached = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var disk = new WatchedDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(disk, OpenLog.Options() with { Compression = SegmentCompression.Brotli });
        var other = log.Committer.Open(
            disk, new LogClock(TimeProvider.System, 1), OpenLog.Options() with { Folder = "/other" });
        disk.Before = (_, path) =>
        {
            if (path.EndsWith(".packing", StringComparison.Ordinal))
            {
                reached.Set();
                Assert.True(mayGoOn.Wait(Deadline));
            }
        };
        FillSegments(log, 2);
        Assert.True(reached.Wait(Deadline));

        var closing = Task.Factory.StartNew(log.Close, TaskCreationOptions.LongRunning);
        await log.Log.WhenVisible(log.Log.NewestSequence.Next).ContinueWith(
            static _ => { }, TaskScheduler.Default).WaitAsync(Deadline);

        // The log is closed as far as the committer is concerned; its upkeep still works.
        Assert.Equal(AppendStatus.Accepted, other.TryAppend("k"u8, "v"u8, null, out var sequence));
        await other.WhenAcknowledged(sequence).WaitAsync(Deadline);
        Assert.False(closing.IsCompleted);
        mayGoOn.Set();
        await closing.WaitAsync(Deadline);
    }

    [Fact]
    public void A_compressed_file_is_only_made_where_there_is_room_for_it_beside_the_segment()
    {
        var time = new ManualTimeProvider();
        var space = new StubSpace();
        using var log = new OpenLog(
            new SimulatedDisk(new Random(1)),
            OpenLog.Options() with { Compression = SegmentCompression.Brotli, SpareSegmentsMax = 0, Space = space },
            time);
        FillSegments(log, 2);
        Until(() => space.RefusedBytes > 0);
        Assert.Equal(OpenLog.SegmentSizeBytes, space.RefusedBytes);
        Assert.False(log.Log.Segments[0].IsCompressed);
        Assert.Empty(log.Log.UpkeepFailures);

        space.IsRefusing = false;
        time.Advance(TimeSpan.FromMinutes(2));
        log.Committer.Tick();
        Until(() => log.Log.Segments[0].IsCompressed);
    }

    [Fact]
    public void A_segment_ahead_of_need_counts_when_it_was_admitted_and_not_before()
    {
        var space = new StubSpace();
        using var log = new OpenLog(
            new SimulatedDisk(new Random(1)), OpenLog.Options() with { Space = space });
        long? sizeBytes = null;
        space.Asked = () => sizeBytes = log.Log.SizeBytes;
        FillSegments(log, 1);
        Until(() => space.RefusedBytes > 0);
        Assert.Equal(OpenLog.SegmentSizeBytes, sizeBytes);

        space.IsRefusing = false;
        log.AppendAcknowledged("once more");
        Until(() => log.Log.SizeBytes == 2 * OpenLog.SegmentSizeBytes);
    }

    private static WatchedDisk FailingAt(string ending) =>
        new(new SimulatedDisk(new Random(1))) { Before = FailAt(ending) };

    private static Action<string, string> FailAt(string ending) => (operation, path) =>
    {
        if (operation is nameof(IDisk.Create) or nameof(IDisk.Replace)
            && path.EndsWith(ending, StringComparison.Ordinal)
            && Thread.CurrentThread.Name == "log upkeep")
        {
            throw new IOException($"{path} cannot be written.");
        }
    };

    private static void FillSegments(OpenLog log, int count)
    {
        for (var i = 0; log.Log.Segments.Length < count || log.Log.UsedBytes % OpenLog.SegmentSizeBytes < 40_000; i++)
        {
            Assert.True(i < 10_000, "The log never grew.");
            log.AppendAcknowledged(new string('x', 1000));
        }
    }

    private static UpkeepWork[] Kinds(OpenLog log) => [.. log.Log.UpkeepFailures.Select(failure => failure.Work)];

    private static void CheckUntil(OpenLog log, ManualTimeProvider time, Func<bool> condition) => Until(() =>
    {
        time.Advance(TimeSpan.FromHours(25));
        log.Committer.Tick();
        return condition();
    });

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Deadline));

    /// <summary>Gives room for segments, and for nothing else until it is told to.</summary>
    private sealed class StubSpace : ILogSpace
    {
        private long _refusedBytes;
        private volatile bool _isRefusing = true;

        internal Action Asked { get; set; } = static () => { };

        internal bool IsRefusing { set => _isRefusing = value; }

        internal long RefusedBytes => Volatile.Read(ref _refusedBytes);

        public SequenceNumber ProtectedFrom => SequenceNumber.Last;

        public bool TryAdmit(long sizeBytes, Action take)
        {
            take();
            return true;
        }

        public bool TryAdmitAhead(long sizeBytes, Action reserve)
        {
            Asked();
            if (_isRefusing)
            {
                Volatile.Write(ref _refusedBytes, sizeBytes);
                return false;
            }

            return TryAdmit(sizeBytes, reserve);
        }

        public bool TryFree(long sizeBytes) => false;
    }
}
