using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What a log promises while a sync takes its time.</summary>
public sealed class SlowDiskTests
{
    private const int RecordSizeBytes = 100;

    [Fact]
    public async Task Nothing_is_acknowledged_or_visible_before_its_sync_is_over()
    {
        using var disk = new SlowDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(disk);
        log.AppendAcknowledged("before");
        disk.SlowDown();
        var slow = log.Log.WhenAcknowledged(log.Append("slow"));
        disk.WaitForSync();

        Assert.False(slow.IsCompleted);
        Assert.Equal("before", Assert.Single(log.ReadAll()).Value);

        disk.SpeedUp();
        await slow;
        Assert.Equal(2, log.ReadAll().Count);
    }

    [Fact]
    public async Task All_who_come_during_a_slow_sync_share_the_next_one()
    {
        using var disk = new SlowDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(disk);
        log.AppendAcknowledged("before");
        disk.SlowDown();
        var first = log.Log.WhenAcknowledged(log.Append("first"));
        disk.WaitForSync();
        Task[] others = [.. Enumerable.Range(0, 50).Select(i => log.Log.WhenAcknowledged(log.Append($"{i}")))];

        disk.LetSyncThrough();
        await first;
        disk.WaitForSync();
        Assert.DoesNotContain(others, task => task.IsCompleted);

        disk.LetSyncThrough();
        await Task.WhenAll(others);
        Assert.Equal(52, log.ReadAll().Count);
        disk.SpeedUp();
    }

    [Fact]
    public async Task Producers_who_are_faster_than_the_disk_wait_within_the_bound_and_keep_their_order()
    {
        const int Producers = 4;
        const int RecordsEach = 2000;
        using var disk = new SlowDisk(new SimulatedDisk(new Random(1)));
        var options = OpenLog.Options() with { BufferSizeBytesMax = 8 << 10 };
        using var log = new OpenLog(disk, options);
        log.AppendAcknowledged("before");
        disk.SlowDown();
        var producers = Enumerable.Range(0, Producers).Select(producer => Task.Run(async () =>
        {
            for (var number = 0; number < RecordsEach; number++)
            {
                var value = Encoding.ASCII.GetBytes($"{number}".PadRight(RecordSizeBytes));
                while (log.Log.TryAppend(new[] { (byte)producer }, value, null, out _) is var status
                    && status != AppendStatus.Accepted)
                {
                    Assert.Equal(AppendStatus.Busy, status);
                    await log.Log.WhenRoom();
                }
            }
        })).ToList();

        var most = 0L;
        for (var syncs = 0; syncs < 12; syncs++)
        {
            // One buffer is on its way to the disk, producers fill the other, and nothing else is in memory.
            disk.WaitForSync();
            var inFlight = log.Log.AppendedSequence.Value - log.Log.NewestSequence.Value;
            Assert.InRange(inFlight * RecordSizeBytes, 0, 2 * options.BufferSizeBytesMax);
            most = Math.Max(most, inFlight * RecordSizeBytes);
            disk.LetSyncThrough();
        }

        Assert.DoesNotContain(producers, producer => producer.IsCompleted);
        Assert.InRange(most, options.BufferSizeBytesMax / 2, 2 * options.BufferSizeBytesMax);
        disk.SpeedUp();
        await Task.WhenAll(producers).WaitAsync(TimeSpan.FromSeconds(30));
        await log.Log.SealAsync();
        AssertOrder(log, Producers, RecordsEach);
    }

    [Fact]
    public void A_cut_during_a_slow_sync_keeps_what_was_acknowledged_before_it()
    {
        var medium = new SimulatedDisk(new Random(1));
        using var disk = new SlowDisk(medium);
        using (var log = new OpenLog(disk))
        {
            log.AppendAcknowledged("safe");
            disk.SlowDown();
            var doubtful = log.Log.WhenAcknowledged(log.Append("doubtful"));
            disk.WaitForSync();
            medium.TurnOff();
            disk.SpeedUp();
            Assert.Throws<IOException>(() => doubtful.GetAwaiter().GetResult());
        }

        medium.CutPower();
        using var again = new OpenLog(medium);
        Assert.Equal("safe", again.ReadAll()[1]);
    }

    private static void AssertOrder(OpenLog log, int producers, int recordsEach)
    {
        var next = new int[producers];
        using var reader = log.Log.OpenReader(new SequenceNumber(2));
        while (reader.Read(out var record) is var step && step != LogReadStep.None)
        {
            Assert.Equal(LogReadStep.Record, step);
            var number = int.Parse(Encoding.ASCII.GetString(record.Value), CultureInfo.InvariantCulture);
            Assert.Equal(next[record.Key[0]]++, number);
        }

        Assert.All(next, count => Assert.Equal(recordsEach, count));
    }
}
