using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What follows a sync begins on a page of its own where that costs little.</summary>
public sealed class PagePadTests
{
    private const int PageSizeBytes = 4096;

    private static readonly ShardLogOptions Interval = OpenLog.Options() with
    {
        SegmentSizeBytes = 1 << 20,
        Durability = new Durability(DurabilityKind.Interval, 100),
    };

    [Fact]
    public void A_log_that_is_synced_by_the_clock_begins_each_interval_on_a_page()
    {
        var disk = new SimulatedDisk(new Random(1));
        var time = new ManualTimeProvider();
        using var log = OpenLog.Stepped(disk, Interval, time);
        var aligned = new List<bool>();
        for (var sync = 0; sync < 20; sync++)
        {
            for (var turn = 0; turn < 10; turn++)
            {
                AppendTen(log);
                time.Advance(TimeSpan.FromMilliseconds(10));
            }

            // What is due is synced although nothing has come since it was written.
            log.Commit();
            Assert.Equal(log.Log.AppendedSequence, log.Log.DurableSequence);
            aligned.Add(log.Log.Segments[0].VisibleEnd % PageSizeBytes == 0);
        }

        Assert.True(aligned.IndexOf(true) < 10, string.Join(' ', aligned));
        Assert.DoesNotContain(false, aligned.Skip(aligned.IndexOf(true)));
        Assert.Equal(2000, log.ReadAll().Count);

        disk.CutPower();
        using var restarted = new OpenLog(disk, Interval, time);
        Assert.Equal(2000, restarted.ReadAll().Count);
        Assert.Equal(new SequenceNumber(2001), restarted.Append("next"));
    }

    [Fact]
    public void A_few_records_get_no_page_of_their_own()
    {
        var time = new ManualTimeProvider();
        using var log = OpenLog.Stepped(new SimulatedDisk(new Random(1)), Interval, time);
        AppendTen(log);
        var end = log.Log.Segments[0].VisibleEnd;
        time.Advance(TimeSpan.FromMilliseconds(100));
        log.Commit();
        Assert.Equal(log.Log.AppendedSequence, log.Log.DurableSequence);
        Assert.Equal(end, log.Log.Segments[0].VisibleEnd);
    }

    private static void AppendTen(OpenLog log)
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(AppendStatus.Accepted, log.Log.TryAppend("k"u8, new byte[100], null, out _));
        }

        log.Commit();
    }
}
