using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// The writes of a relaxed log go on in one frame while none of them is synced: a base entry costs 42 bytes.
/// </summary>
public sealed class SharedFrameTests
{
    private static readonly ShardLogOptions Relaxed =
        OpenLog.Options() with { Durability = new Durability(DurabilityKind.Interval, 100) };

    private readonly ManualTimeProvider _time = new();
    private readonly SimulatedDisk _disk = new(new Random(1));

    [Fact]
    public void Writes_share_a_frame_until_one_is_synced()
    {
        var log = Open(Relaxed);
        for (var write = 0; write < 5; write++)
        {
            Append(log, mustSync: write == 2);
        }

        Assert.Equal([1, 4], Frames());
        Assert.Equal(5, log.ReadAll().Count);
    }

    [Fact]
    public void A_frame_goes_on_for_a_second_at_most()
    {
        var log = Open(Relaxed with { Durability = new Durability(DurabilityKind.OperatingSystem, 0) });
        Append(log);
        _time.Advance(TimeSpan.FromMilliseconds(900));
        Append(log);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Append(log);
        Assert.Equal([1, 3], Frames());
    }

    [Fact]
    public void Records_of_one_frame_that_come_apart_have_times_apart()
    {
        var time = new TickingTimeProvider();
        var options = Relaxed with { Durability = new Durability(DurabilityKind.OperatingSystem, 0) };
        var log = OpenLog.Stepped(_disk, options, time);
        for (var write = 0; write < 4; write++)
        {
            Append(log);
            time.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal([1], Frames());
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        long before = 0;
        while (reader.TryRead(out var record))
        {
            var arrival = record.ArrivalTime.UnixMicroseconds;
            Assert.True(before == 0 || arrival - before >= 200_000, $"{arrival - before} microseconds apart");
            before = arrival;
        }
    }

    [Fact]
    public void With_fsync_every_write_has_a_frame()
    {
        var log = Open(OpenLog.Options());
        Append(log);
        Append(log);
        Assert.Equal([1, 2], Frames());
    }

    [Fact]
    public void What_a_sync_was_about_is_found_after_a_power_cut_and_the_rest_of_its_frame_is_not()
    {
        var log = Open(Relaxed);
        Append(log);
        Append(log, mustSync: true);
        _disk.CutPower();
        using var restarted = new OpenLog(_disk, Relaxed, _time);
        Assert.Equal(2, restarted.ReadAll().Count);
        Assert.Equal(new SequenceNumber(3), restarted.AppendAcknowledged("next"));
    }

    /// <summary>A log on which no thread works.</summary>
    private OpenLog Open(ShardLogOptions options)
    {
        var log = OpenLog.Stepped(_disk, options, _time);
        return log;
    }

    private static void Append(OpenLog log, bool mustSync = false)
    {
        Assert.Equal(AppendStatus.Accepted, log.Log.TryAppend("k"u8, new byte[100], null, out _));
        log.Commit(mustSync);
    }

    /// <summary>The first record of each frame.</summary>
    private List<long> Frames()
    {
        var frames = new List<long>();
        using var inspection = LogInspection.Open(_disk, OpenLog.Folder);
        inspection.Verify(inspection.Segments[0], frame => frames.Add(frame.FirstSequence.Value));
        return frames;
    }
}
