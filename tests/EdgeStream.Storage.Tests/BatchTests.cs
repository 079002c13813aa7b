using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Records and checkpoints that are in the log together or not at all.</summary>
public sealed class BatchTests
{
    private const string Name = "input position";

    [Fact]
    public async Task A_batch_has_one_range_of_numbers_and_its_checkpoint()
    {
        using var log = new OpenLog(new SimulatedDisk(new Random(1)));
        log.AppendAcknowledged("before");
        var first = Append(log, BatchOf(3, "a", "41"));
        Assert.Equal(new SequenceNumber(2), first);
        Assert.Equal(new SequenceNumber(5), log.Append("after"));
        await log.Log.WhenAcknowledged(new SequenceNumber(5));
        Assert.Equal(["before", "a 0", "a 1", "a 2", "after"], log.ReadAll().Values);
        Assert.Equal("41", CheckpointOf(log));
    }

    [Fact]
    public async Task Batches_of_many_producers_do_not_mix()
    {
        using var log = new OpenLog(
            new SimulatedDisk(new Random(1)), OpenLog.Options() with { BufferSizeBytesMax = 4096 });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(producer => Task.Run(async () =>
        {
            var batch = new AppendBatch();
            for (var number = 0; number < 100; number++)
            {
                batch.Clear();
                for (var i = 0; i < 7; i++)
                {
                    Assert.True(batch.TryAdd("k"u8, Encoding.UTF8.GetBytes($"{producer} {number} {i}")));
                }

                SequenceNumber first;
                while (log.Log.TryAppend(batch, out first) == AppendStatus.Busy)
                {
                    await log.Log.WhenRoom();
                }

                await log.Log.WhenAcknowledged(new SequenceNumber(first.Value + 6));
            }
        })));
        var found = log.ReadAll().Values.ToList();
        Assert.Equal(4 * 100 * 7, found.Count);
        for (var at = 0; at < found.Count; at += 7)
        {
            var name = found[at][..^2];
            Assert.Equal(Enumerable.Range(0, 7).Select(i => $"{name} {i}"), found.Skip(at).Take(7));
        }
    }

    [Fact]
    public async Task A_batch_longer_than_a_frame_is_read_back_whole()
    {
        var options = OpenLog.Options() with { SegmentSizeBytes = 1 << 20, BufferSizeBytesMax = 4096 };
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk, options))
        {
            await log.Log.WhenAcknowledged(Append(log, BatchOf(2000, new string('x', 150), "9")));
        }

        disk.CutPower();
        using var restarted = new OpenLog(disk, options);
        Assert.Equal(2000, restarted.ReadAll().Count);
        Assert.Equal("9", CheckpointOf(restarted));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_checkpoint_outlives_its_records_and_a_restart(bool isClean)
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk))
        {
            Append(log, BatchOf(1, "old", "kept"));
            while (log.Log.Segments.Length < 4)
            {
                log.AppendAcknowledged(new string('y', 5000));
            }

            Assert.True(log.Log.EvictBefore(log.Log.NewestSequence) > 0);
            Stop(log, disk, isClean);
        }

        using var restarted = new OpenLog(disk);
        Assert.DoesNotContain("old 0", restarted.ReadAll().Values);
        Assert.Equal("kept", CheckpointOf(restarted));
    }

    [Fact]
    public async Task A_checkpoint_is_there_when_power_goes_right_behind_a_new_segment()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var options = OpenLog.Options() with { RetentionAge = TimeSpan.FromHours(4) };
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk, options, clock))
        {
            await log.Log.WhenAcknowledged(Append(log, BatchOf(1, "a", "kept")));
            clock.Advance(TimeSpan.FromMinutes(61));
            log.Log.Tick();
            Assert.True(SpinWait.SpinUntil(() => log.Log.Segments.Length == 2, TimeSpan.FromSeconds(30)));
            log.Log.EvictBefore(new SequenceNumber(2));
            Stop(log, disk, isClean: false);
        }

        using var restarted = new OpenLog(disk, options, clock);
        Assert.Empty(restarted.ReadAll());
        Assert.Equal("kept", CheckpointOf(restarted));
        Assert.Equal(new SequenceNumber(2), restarted.Append("next"));
    }

    [Fact]
    public async Task A_checkpoint_survives_a_power_cut_at_any_step_of_beginning_a_segment()
    {
        for (var operations = 0; ; operations++)
        {
            var disk = new SimulatedDisk(new Random(operations));
            using (var log = new OpenLog(disk))
            {
                Append(log, BatchOf(1, "a", "kept"));
                var before = log.Log.Segments.Length;
                log.AppendAcknowledged(new string('y', 30_000));
                log.AppendAcknowledged(new string('y', 30_000));
                disk.OperationsUntilOff = operations;
                var value = new byte[30_000];
                while (log.Log.TryAppend("k"u8, value, null, out _) == AppendStatus.Busy)
                {
                    await log.Log.WhenRoom().WaitAsync(TimeSpan.FromSeconds(30));
                }

                Assert.True(SpinWait.SpinUntil(
                    () => log.Log.Failure is not null || log.Log.NewestSequence.Value == 4, TimeSpan.FromSeconds(30)));
                if (log.Log.Failure is null)
                {
                    Assert.Equal(before + 1, log.Log.Segments.Length);
                    return;
                }
            }

            disk.TurnOff();
            disk.CutPower();
            using var restarted = new OpenLog(disk);
            Assert.Equal("kept", CheckpointOf(restarted));
        }
    }

    [Fact]
    public void A_damaged_head_of_the_newest_segment_costs_no_checkpoint()
    {
        var disk = new SimulatedDisk(new Random(1));
        string path;
        using (var log = new OpenLog(disk))
        {
            Append(log, BatchOf(1, "a", "kept"));
            while (log.Log.Segments.Length < 2)
            {
                log.AppendAcknowledged(new string('y', 5000));
            }

            path = log.Log.Segments[1].Path;
            Assert.True(SpinWait.SpinUntil(
                () => disk.TryRead(log.Log.Segments[0].IndexPath) is not null, TimeSpan.FromSeconds(30)));
        }

        var head = SegmentHeader.SizeBytes + BaseEntry.EntrySizeBytes;
        disk.BytesOf(path)[head + 4] ^= 0x55;
        disk.BytesOf(path)[head + 9] ^= 0x55;
        using var restarted = new OpenLog(disk);
        Assert.Equal("kept", CheckpointOf(restarted));
    }

    [Fact]
    public void An_old_segment_that_cannot_be_read_costs_its_records_and_neither_the_end_nor_a_checkpoint()
    {
        var disk = new SimulatedDisk(new Random(1));
        SequenceNumber newest;
        string path;
        using (var log = new OpenLog(disk))
        {
            Append(log, BatchOf(1, "a", "kept"));
            while (log.Log.Segments.Length < 4)
            {
                log.AppendAcknowledged(new string('y', 5000));
            }

            newest = log.AppendAcknowledged("newest");
            path = log.Log.Segments[1].Path;
        }

        disk.BytesOf(path).Fill(0xA5);
        using var restarted = new OpenLog(disk);
        Assert.Contains("set aside", restarted.Log.RecoveryFindings[0], StringComparison.Ordinal);
        Assert.Equal(newest, restarted.Log.NewestSequence);
        Assert.Equal("kept", CheckpointOf(restarted));
        Assert.Equal(newest.Next, restarted.AppendAcknowledged("next"));
    }

    [Fact]
    public async Task Checkpoints_that_are_large_for_a_smaller_segment_make_it_larger()
    {
        var disk = new SimulatedDisk(new Random(1));
        var large = OpenLog.Options() with { SegmentSizeBytes = 1 << 20 };
        using var log = new OpenLog(disk, large);
        var value = new string('c', 50_000);
        await log.Log.WhenAcknowledged(Append(log, BatchOf(1, "a", value)));
        log.Log.Options = large with { SegmentSizeBytes = OpenLog.SegmentSizeBytes };
        while (log.Log.Segments.Length < 3)
        {
            log.AppendAcknowledged(new string('y', 20_000));
        }

        Assert.Equal(value, CheckpointOf(log));
    }

    [Fact]
    public void Power_cuts_leave_whole_batches_and_the_checkpoint_of_the_last()
    {
        foreach (var seed in TestSeed.Take(40))
        {
            TestSeed.Run(seed, CutBetweenBatches);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        using var log = new OpenLog(new SimulatedDisk(new Random(1)));
        Assert.Throws<ArgumentException>(() => log.Log.TryAppend(new AppendBatch(), out _));
        Assert.Throws<ArgumentException>(() => new AppendBatch().SetCheckpoint("", "v"u8));
        Assert.Throws<ArgumentException>(() => new AppendBatch().SetCheckpoint(new string('n', 1025), "v"u8));
        Assert.Equal(AppendStatus.TooLarge, log.Log.TryAppend(BatchOf(40, new string('x', 1000), "1"), out _));
        Assert.Equal(AppendStatus.TooLarge, log.Log.TryAppend(BatchOf(1, "a", new string('1', 9000)), out _));
        var batch = new AppendBatch();
        Assert.True(batch.TryAdd(new byte[65_536], "v"u8));
        Assert.Equal(AppendStatus.TooLarge, log.Log.TryAppend(batch, out _));
        Assert.False(batch.TryAdd("k"u8, new byte[AppendBatch.SizeBytesMax]));
        Assert.False(log.Log.TryGetCheckpoint(Name, out _));
        Assert.Equal(SequenceNumber.First, log.AppendAcknowledged("fits"));
    }

    private static void CutBetweenBatches(Random random)
    {
        var disk = new SimulatedDisk(random);
        var acknowledged = 0;
        for (var round = 0; round < 8; round++)
        {
            using var log = new OpenLog(disk);
            var found = log.ReadAll().Values.ToList();
            var batches = log.Log.TryGetCheckpoint(Name, out var value)
                ? int.Parse(Encoding.UTF8.GetString(value.Span), CultureInfo.InvariantCulture)
                : 0;
            Assert.True(batches >= acknowledged, $"{acknowledged} batches were acknowledged, {batches} are there");
            Assert.Equal(ExpectedOf(batches), found);
            acknowledged = AppendBatches(random, log, batches);
            Stop(log, disk, isClean: random.Next(4) == 0);
        }
    }

    private static int AppendBatches(Random random, OpenLog log, int batches)
    {
        var acknowledged = batches;
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            batches++;
            var first = Append(log, BatchOf(CountOf(batches), $"{batches}", $"{batches}"));
            if (i > 1)
            {
                log.Log.WhenAcknowledged(first).GetAwaiter().GetResult();
                acknowledged = batches;
            }
        }

        return acknowledged;
    }

    private static int CountOf(int batch) => 1 + (batch * 7 % 23);

    private static List<string> ExpectedOf(int batches)
    {
        var expected = new List<string>();
        for (var batch = 1; batch <= batches; batch++)
        {
            expected.AddRange(Enumerable.Range(0, CountOf(batch)).Select(i => $"{batch} {i}"));
        }

        return expected;
    }

    private static void Stop(OpenLog log, SimulatedDisk disk, bool isClean)
    {
        if (isClean)
        {
            log.Close();
        }
        else
        {
            disk.TurnOff();
            log.Dispose();
        }

        disk.CutPower();
    }

    private static AppendBatch BatchOf(int count, string value, string checkpoint)
    {
        var batch = new AppendBatch();
        for (var i = 0; i < count; i++)
        {
            Assert.True(batch.TryAdd("k"u8, Encoding.UTF8.GetBytes($"{value} {i}")));
        }

        batch.SetCheckpoint(Name, Encoding.UTF8.GetBytes(checkpoint));
        return batch;
    }

    private static SequenceNumber Append(OpenLog log, AppendBatch batch)
    {
        while (true)
        {
            var status = log.Log.TryAppend(batch, out var first);
            if (status == AppendStatus.Accepted)
            {
                return first;
            }

            Assert.Equal(AppendStatus.Busy, status);
            log.Log.WhenRoom().GetAwaiter().GetResult();
        }
    }

    private static string CheckpointOf(OpenLog log)
    {
        Assert.True(log.Log.TryGetCheckpoint(Name, out var value));
        return Encoding.UTF8.GetString(value.Span);
    }
}
