using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Bytes of a mapped file that are not there any more end a process that looks at them: a sector that the
/// device cannot read does, and a file that somebody has cut. The second can be had without a broken device.</summary>
public sealed class CutWhileReadTests
{
    private const int SegmentSizeBytes = 512 << 10;
    private const int CutAtBytes = 150 << 10;
    private const int RecordCount = 1500;

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    public void A_reader_gets_a_gap_where_a_segment_was_cut_under_it(int readBefore)
    {
        using var folder = new TemporaryFolder("cut-while-read");
        using var log = Fill(folder);
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        for (var i = 1; i <= readBefore; i++)
        {
            Assert.Equal(LogReadStep.Record, reader.Read(out var record));
            Assert.Equal(i, record.Sequence.Value);
        }

        Cut(log.Log.Segments[0].Path);
        var next = log.Log.Segments[1].FirstSequence;
        var expected = new SequenceNumber(readBefore + 1);
        LogReadStep step;
        while ((step = reader.Read(out var record)) == LogReadStep.Record)
        {
            Assert.Equal(expected, record.Sequence);
            expected = expected.Next;
        }

        Assert.Equal(LogReadStep.Gap, step);
        Assert.Equal(new LogGap(expected, next.Previous, LogGapReason.Damaged), reader.Gap);
        Assert.InRange(expected.Value, CutAtBytes / 1100, CutAtBytes / 1000);
        for (; next.Value <= RecordCount; next = next.Next)
        {
            Assert.Equal(LogReadStep.Record, reader.Read(out var record));
            Assert.Equal(next, record.Sequence);
        }

        Assert.Equal(LogReadStep.None, reader.Read(out _));
    }

    [Fact]
    public void Readers_that_share_the_mapping_each_get_on()
    {
        using var folder = new TemporaryFolder("cut-while-shared");
        using var log = Fill(folder);
        using var first = log.Log.OpenReader(SequenceNumber.First);
        using var second = log.Log.OpenReader(SequenceNumber.First);
        Assert.True(first.TryRead(out _));
        Assert.True(second.TryRead(out _));
        Cut(log.Log.Segments[0].Path);
        var left = CountOf(first);
        Assert.InRange(left, RecordCount / 2, RecordCount - 1);
        Assert.Equal(left, CountOf(second));
        Assert.Equal(left + 1, log.ReadAll().Count);
    }

    private static OpenLog Fill(TemporaryFolder folder)
    {
        var log = new OpenLog(
            new NativeDisk(),
            OpenLog.Options() with { Folder = folder.Combine("shard"), SegmentSizeBytes = SegmentSizeBytes });
        var value = new string('v', 1000);
        for (var i = 1; i < RecordCount; i++)
        {
            log.Append(value);
        }

        log.AppendAcknowledged(value);
        Assert.True(log.Log.Segments.Length > 2);
        return log;
    }

    private static void Cut(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(CutAtBytes);
    }

    private static int CountOf(LogReader reader)
    {
        var count = 0;
        while (reader.TryRead(out _))
        {
            count++;
        }

        return count;
    }
}
