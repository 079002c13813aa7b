using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What openings have set aside counts in what the log takes on disk, and is never removed.</summary>
public sealed class SetAsideTests
{
    private static readonly string First = OpenLog.Folder + "/00000000000000000001.log";

    [Fact]
    public void Files_that_were_set_aside_count_until_somebody_takes_them_away()
    {
        var time = new ManualTimeProvider();
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace(First, Enumerable.Repeat((byte)0xA5, OpenLog.SegmentSizeBytes).ToArray());
        for (var opening = 0; opening < 2; opening++)
        {
            using var log = OpenLog.Stepped(disk, time: time);
            Assert.Equal(new SetAsideFiles(1, OpenLog.SegmentSizeBytes), log.Log.SetAside);
            Assert.Equal(2 * OpenLog.SegmentSizeBytes, log.Log.SizeBytes);
            Assert.Equal(OpenLog.SegmentSizeBytes, log.Log.KeptBytes);
            log.Log.Tick();
            Assert.NotNull(disk.TryRead(First + FoundSegments.SetAsideSuffix));
            log.Close();
        }

        using var last = OpenLog.Stepped(disk, time: time);
        disk.Delete(First + FoundSegments.SetAsideSuffix);
        time.Advance(TimeSpan.FromMinutes(1));
        last.Log.Tick();
        Assert.Equal(default, last.Log.SetAside);
        Assert.Equal(OpenLog.SegmentSizeBytes, last.Log.SizeBytes);
    }
}
