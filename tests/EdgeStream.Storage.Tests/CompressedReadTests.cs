using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Around damaged blocks of a compressed segment all is read, and gaps name exactly what is missing.</summary>
public sealed class CompressedReadTests
{
    private const int SegmentSizeBytes = 1 << 20;

    [Fact]
    public void Whichever_block_is_damaged_records_and_gaps_cover_every_number_once_in_order()
    {
        var disk = Written(out var table, out var path, out var newest);
        for (var at = 0; at < table.Blocks.Count; at++)
        {
            using var damage = new Damage(disk, path, table.Blocks[at]);
            using var log = new OpenLog(disk, Options());

            Assert.Equal([GapOf(table, at, log)], Walk(log, SequenceNumber.First, newest));
            Assert.Equal(GapOf(table, at, log).RecordCount, log.Log.LostRecords);
        }
    }

    [Fact]
    public void Neighbouring_damaged_blocks_are_one_gap_and_others_are_gaps_of_their_own()
    {
        var disk = Written(out var table, out var path, out var newest);
        using var first = new Damage(disk, path, table.Blocks[1]);
        using var second = new Damage(disk, path, table.Blocks[2]);
        using var last = new Damage(disk, path, table.Blocks[^1]);
        using var log = new OpenLog(disk, Options());
        var joined = new LogGap(GapOf(table, 1, log).First, GapOf(table, 2, log).Last, LogGapReason.Damaged);

        Assert.Equal([joined, GapOf(table, table.Blocks.Count - 1, log)], Walk(log, SequenceNumber.First, newest));
    }

    [Fact]
    public void A_reader_that_begins_before_inside_or_behind_a_damaged_block_misses_only_what_it_holds()
    {
        var disk = Written(out var table, out var path, out var newest);
        const int At = 2;
        using var damage = new Damage(disk, path, table.Blocks[At]);
        using var log = new OpenLog(disk, Options());
        var gap = GapOf(table, At, log);
        for (var from = gap.First.Value - 30; from < gap.Last.Value + 30; from++)
        {
            var start = new SequenceNumber(from);
            var expected = start > gap.Last ? [] : new[] { gap with { First = start > gap.First ? start : gap.First } };
            Assert.Equal(expected, Walk(log, start, newest));
        }
    }

    [Fact]
    public void A_time_inside_a_damaged_block_is_found_behind_it()
    {
        var disk = Written(out var table, out var path, out _);
        using var damage = new Damage(disk, path, table.Blocks[2]);
        using var log = new OpenLog(disk, Options());
        Assert.Equal(
            table.Blocks[3].Sequence, log.Log.FindByArrivalTime(table.Blocks[2].ArrivalTime));
    }

    [Fact]
    public void An_index_that_is_left_beside_a_compressed_segment_is_harmless_and_removed()
    {
        var disk = Written(out _, out var path, out _);
        var indexPath = System.IO.Path.ChangeExtension(path, ".index");
        var stale = new SegmentIndex(1, 64, SequenceNumber.First, []).ToBytes();
        disk.Replace(indexPath, stale);
        using (var looked = LogInspection.Open(disk, OpenLog.Folder))
        {
            Assert.Equal(IndexState.LeftOver, looked.Verify(looked.Segments[0]).Index);
            Assert.Empty(looked.Verify(looked.Segments[0]).Damage);
        }

        var report = LogRepair.Apply(disk, OpenLog.Folder, ".before");
        Assert.Contains("left over", Assert.Single(report.Steps), StringComparison.Ordinal);
        Assert.Null(disk.TryRead(indexPath));

        disk.Replace(indexPath, stale);
        using var log = new OpenLog(disk, Options());
        Assert.Null(disk.TryRead(indexPath));
    }

    /// <summary>Reads to the end; every number is told once, in order; returns the gaps.</summary>
    private static List<LogGap> Walk(OpenLog log, SequenceNumber from, SequenceNumber newest)
    {
        var gaps = new List<LogGap>();
        using var reader = log.Log.OpenReader(from);
        var next = from;
        while (true)
        {
            switch (reader.Read(out var record))
            {
                case LogReadStep.Record:
                    Assert.Equal(next, record.Sequence);
                    Assert.Equal(ValueOf(next.Value), System.Text.Encoding.UTF8.GetString(record.Value));
                    next = next.Next;
                    break;
                case LogReadStep.Gap:
                    Assert.Equal(next, reader.Gap.First);
                    gaps.Add(reader.Gap);
                    next = reader.Gap.Last.Next;
                    break;
                default:
                    Assert.Equal(newest.Next, next);
                    return gaps;
            }
        }
    }

    private static LogGap GapOf(CompressedTable table, int at, OpenLog log) => new(
        table.Blocks[at].Sequence,
        (at + 1 < table.Blocks.Count ? table.Blocks[at + 1].Sequence : log.Log.Segments[1].FirstSequence).Previous,
        LogGapReason.Damaged);

    private static ShardLogOptions Options() => OpenLog.Options() with { SegmentSizeBytes = SegmentSizeBytes };

    private static string ValueOf(long sequence) => $"record {sequence} {new string('n', 900)}";

    /// <summary>A stopped log whose first segment is compressed.</summary>
    private static SimulatedDisk Written(out CompressedTable table, out string path, out SequenceNumber newest)
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, Options() with { Compression = SegmentCompression.Brotli });
        SequenceNumber last = default;
        for (long next = 1; log.Log.Segments.Length < 2; next += 10)
        {
            for (var i = 0; i < 10; i++)
            {
                last = log.Append(ValueOf(next + i));
            }

            log.Log.WhenAcknowledged(last).GetAwaiter().GetResult();
        }

        var segment = log.Log.Segments[0];
        Assert.True(SpinWait.SpinUntil(() => segment.IsCompressed, TimeSpan.FromSeconds(30)));
        table = segment.ReadTable()!;
        Assert.True(table.Blocks.Count > 4);
        path = segment.Path;
        newest = last;
        log.Close();
        return disk;
    }

    /// <summary>One wrong byte in a block, until it is disposed.</summary>
    private sealed class Damage : IDisposable
    {
        private readonly SimulatedDisk _disk;
        private readonly string _path;
        private readonly int _offset;

        public Damage(SimulatedDisk disk, string path, CompressedBlock block)
        {
            (_disk, _path, _offset) = (disk, path, block.FileOffset + (block.FileSizeBytes / 2));
            _disk.BytesOf(path)[_offset] ^= 1;
        }

        public void Dispose() => _disk.BytesOf(_path)[_offset] ^= 1;
    }
}
