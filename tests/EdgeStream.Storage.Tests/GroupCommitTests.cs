using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>How many share one sync, and when an acknowledgement may be given.</summary>
public sealed class GroupCommitTests
{
    [Fact]
    public async Task Producers_who_wait_together_share_one_sync()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        log.AppendAcknowledged("warm");
        disk.SyncsUntilFailure = 2;
        var waiting = new List<Task>();
        lock (disk.Gate)
        {
            for (var i = 0; i < 100; i++)
            {
                waiting.Add(log.Log.WhenAcknowledged(log.Append($"record {i}")));
            }
        }

        // The first was taken alone or with others, the rest together: two syncs at most, or this fails.
        await Task.WhenAll(waiting);
        Assert.All(waiting, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(101, log.ReadAll().Count);
    }

    [Fact]
    public async Task No_acknowledgement_comes_before_its_record_is_durable_however_many_append()
    {
        const int producerCount = 8;
        const int recordsEach = 20_000;
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, OpenLog.Options() with { SegmentSizeBytes = 1 << 20 });
        var early = 0;

        // Some wait for each record and some run ahead, so that waiters come at every moment of a commit.
        await Task.WhenAll(Enumerable.Range(0, producerCount).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < recordsEach; i++)
            {
                var sequence = log.Append("x");
                if (producer % 2 == 0)
                {
                    await log.Log.WhenAcknowledged(sequence);
                    if (log.Log.DurableSequence < sequence)
                    {
                        Interlocked.Increment(ref early);
                    }
                }
            }
        })));
        Assert.Equal(0, early);
    }

    [Fact]
    public async Task Who_hands_on_at_once_goes_on_upon_the_committers_thread_when_the_record_is_durable()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        SequenceNumber sequence;
        Task<(string? Thread, SequenceNumber Durable)> seen;
        lock (disk.Gate)
        {
            sequence = log.Append("record");
            seen = log.Log.WhenAcknowledgedOnCommitter(sequence).ContinueWith(
                _ => (Thread.CurrentThread.Name, log.Log.DurableSequence),
                TaskContinuationOptions.ExecuteSynchronously);
        }

        Assert.Equal(("log committer", sequence), await seen);
        Assert.True(log.Log.WhenAcknowledgedOnCommitter(sequence).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_failed_sync_is_told_to_both_kinds_of_waiters()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk);
        Task onCommitter;
        Task inPool;
        lock (disk.Gate)
        {
            disk.SyncsUntilFailure = 0;
            var sequence = log.Append("record");
            onCommitter = log.Log.WhenAcknowledgedOnCommitter(sequence);
            inPool = log.Log.WhenAcknowledged(sequence);
        }

        await Assert.ThrowsAsync<IOException>(() => onCommitter);
        await Assert.ThrowsAsync<IOException>(() => inPool);
    }

    [Fact]
    public void A_large_commit_ends_on_a_page_and_the_next_one_is_found_behind_it()
    {
        const int pageSizeBytes = 4096;
        var disk = new SimulatedDisk(new Random(1));
        using (var log = OpenLog.Stepped(disk))
        {
            for (var i = 0; i < 100; i++)
            {
                log.Append(new string('x', 400));
            }

            log.Commit();
            Assert.Equal(0, log.Log.UsedBytes % pageSizeBytes);
            log.Append("behind the pad");
            log.Commit();
        }

        disk.CutPower();
        using var restarted = new OpenLog(disk);
        Assert.Equal(101, restarted.ReadAll().Count);
        Assert.Empty(restarted.Log.RecoveryFindings);
    }

    [Theory]
    [InlineData("os")]
    [InlineData("interval:3600000")]
    public void A_relaxed_durability_acknowledges_without_a_sync(string durability)
    {
        Assert.True(Durability.TryParse(durability, out var parsed));
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, OpenLog.Options() with { Durability = parsed });
        disk.SyncsUntilFailure = 0;
        log.AppendAcknowledged("not synced");
        Assert.Equal(SequenceNumber.None, log.Log.DurableSequence);
        Assert.Single(log.ReadAll());
    }

    [Fact]
    public void An_interval_syncs_by_itself()
    {
        var disk = new SimulatedDisk(new Random(1));
        var durability = new Durability(DurabilityKind.Interval, 5);
        using var log = new OpenLog(disk, OpenLog.Options() with { Durability = durability });
        log.AppendAcknowledged("synced soon");
        var isDurable = () => log.Log.DurableSequence == SequenceNumber.First;
        Assert.True(SpinWait.SpinUntil(isDurable, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void An_idle_log_tells_how_long_its_oldest_record_waits_and_syncs_it_when_the_interval_is_over()
    {
        var time = new ManualTimeProvider();
        var durability = new Durability(DurabilityKind.Interval, 1000);
        using var log = new OpenLog(
            new SimulatedDisk(new Random(1)), OpenLog.Options() with { Durability = durability }, time);
        Assert.Equal(TimeSpan.Zero, log.Log.UnsyncedAge);
        log.AppendAcknowledged("first");
        time.Advance(TimeSpan.FromMilliseconds(400));
        log.AppendAcknowledged("second");
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(TimeSpan.FromMilliseconds(900), log.Log.UnsyncedAge);
        Assert.Equal(SequenceNumber.None, log.Log.DurableSequence);

        time.Advance(TimeSpan.FromMilliseconds(100));
        var isDurable = () => log.Log.DurableSequence.Value == 2 && log.Log.UnsyncedAge == TimeSpan.Zero;
        Assert.True(SpinWait.SpinUntil(isDurable, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task The_interval_counts_for_a_full_segment_too_whose_upkeep_has_no_turn()
    {
        using var reached = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var time = new ManualTimeProvider();
        var disk = new WatchedDisk(new SimulatedDisk(new Random(1)));
        var options = OpenLog.Options() with { Durability = new Durability(DurabilityKind.Interval, 1000) };
        using var log = new OpenLog(disk, options with { SpareSegmentsMax = 0 }, time);
        var other = log.Committer.Open(
            disk, new LogClock(time, 1), OpenLog.Options() with { Folder = "/other", SegmentSizeBytes = 64 << 10 });
        disk.Before = (_, path) =>
        {
            if (path.StartsWith("/other/", StringComparison.Ordinal)
                && path.EndsWith(".spare", StringComparison.Ordinal))
            {
                reached.Set();
                Assert.True(mayGoOn.Wait(TimeSpan.FromSeconds(60)));
            }
        };

        // The one thread for upkeep makes the other log's next segment, and that takes long.
        foreach (var sizeBytes in (int[])[30_000, 10_000, 1])
        {
            Assert.Equal(AppendStatus.Accepted, other.TryAppend("k"u8, new byte[sizeBytes], null, out var sequence));
            await other.WhenAcknowledged(sequence);
        }

        Assert.True(reached.Wait(TimeSpan.FromSeconds(30)));

        await log.Log.WhenAcknowledged(log.Append("first"));
        time.Advance(TimeSpan.FromMilliseconds(900));
        while (log.Log.Segments.Length < 2)
        {
            await log.Log.WhenAcknowledged(log.Append(new string('x', 1000)));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(900), log.Log.UnsyncedAge);
        time.Advance(TimeSpan.FromMilliseconds(100));
        var isDurable = SpinWait.SpinUntil(
            () => log.Log.DurableSequence >= SequenceNumber.First, TimeSpan.FromSeconds(30));
        mayGoOn.Set();
        Assert.True(isDurable);
    }

    [Fact]
    public async Task An_append_allocates_nothing()
    {
        var disk = new SimulatedDisk(new Random(1));
        var options = OpenLog.Options() with { SegmentSizeBytes = 8 << 20 };
        using var log = new OpenLog(disk, options);
        for (var round = 0; round < 12; round++)
        {
            // Each commit makes the two buffers change places: once or twice, so that both grow to the load.
            AppendMany(disk, log);
            for (var turn = round % 2; turn < 2; turn++)
            {
                await log.Log.WhenAcknowledged(log.Append("change places"));
            }
        }

        Assert.Equal(0, AppendMany(disk, log));
    }

    /// <summary>
    /// Appends while the disk is held, so that all but a few go into one buffer; returns the bytes allocated.
    /// </summary>
    private static long AppendMany(SimulatedDisk disk, OpenLog log)
    {
        var value = new byte[100];
        lock (disk.Gate)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                if (log.Log.TryAppend("key"u8, value, default(Timestamp), out _) != AppendStatus.Accepted)
                {
                    return -1;
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
