using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What a log promises while a sync takes its time.</summary>
public sealed class SlowDiskTests
{
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
}
