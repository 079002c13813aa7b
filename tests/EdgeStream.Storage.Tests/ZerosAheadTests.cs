using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Blocks that are written before they are needed, so that few syncs write one for the first time.</summary>
public sealed class ZerosAheadTests
{
    private const int PageSizeBytes = 4 << 10;
    private const string First = $"{OpenLog.Folder}/00000000000000000001.log";

    private static readonly string Value = new('x', PageSizeBytes - 200);

    [Fact]
    public void Of_small_commits_a_sync_a_step_writes_blocks_for_the_first_time()
    {
        var disk = new WatchingDisk(Disk());
        using var log = OpenLog.Stepped(disk);
        var commits = Fill(log, 48 << 10);

        // A page each; a step is an eighth of the segment, two pages beside the commit's own.
        Assert.InRange(disk.CostlySyncs(First), 2, commits / 2);
        Assert.Equal(commits, log.ReadAll().Count);
    }

    [Fact]
    public void Where_a_first_write_costs_nothing_none_is_written_ahead()
    {
        var disk = new WatchingDisk(new SimulatedDisk(new Random(1)));
        using var log = OpenLog.Stepped(disk);
        Fill(log, 32 << 10);
        Assert.True(disk.WrittenEnd(First) <= log.Log.Segments[0].VisibleEnd);
    }

    [Fact]
    public void Large_commits_and_those_between_them_get_no_zeros()
    {
        var disk = new WatchingDisk(Disk());
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SegmentSizeBytes = 512 << 10 });
        const int Large = 3 * ZerosAhead.SyncedBytesMax;
        foreach (var size in (int[])[Large, 10, Large, 10, Large, Large, 10])
        {
            log.Append(new string('x', size));
            log.Commit();
            Assert.True(disk.WrittenEnd(First) <= log.Log.Segments[0].VisibleEnd);
        }
    }

    [Fact]
    public void What_was_found_behind_the_end_stays_until_the_first_sync_is_done()
    {
        var below = Disk();
        using (var log = OpenLog.Stepped(below))
        {
            Fill(log, 5 << 10);
        }

        var disk = new WatchingDisk(below);
        using var again = OpenLog.Stepped(disk);
        Fill(again, 1);
        Assert.True(disk.WrittenEnd(First) <= again.Log.Segments[0].VisibleEnd);
        Fill(again, 1);
        Assert.True(disk.WrittenEnd(First) > again.Log.Segments[0].VisibleEnd);
    }

    [Fact]
    public void A_file_that_is_used_again_gets_none()
    {
        var disk = new WatchingDisk(Disk());
        using var log = OpenLog.Stepped(disk);
        FillSegments(log, 3);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        FillSegments(log, 3);
        var again = log.Log.Segments[^1];
        Assert.Equal(SegmentFlags.Recycled, again.Header.Flags & SegmentFlags.Recycled);
        for (var commit = 0; commit < 5; commit++)
        {
            Fill(log, 1);
            Assert.True(disk.WrittenEnd(again.Path) <= again.VisibleEnd);
        }
    }

    [Fact]
    public void Zeros_end_with_the_segment()
    {
        var disk = new WatchingDisk(Disk());
        using var log = OpenLog.Stepped(disk);
        while (log.Log.Segments.Length < 2)
        {
            log.Append("small");
            log.Commit();
        }

        Assert.Equal(OpenLog.SegmentSizeBytes, disk.WrittenEnd(First));
        Assert.Equal(log.Log.NewestSequence.Value, log.ReadAll().Count);
    }

    [Fact]
    public void Zeros_that_cannot_be_written_are_done_without()
    {
        var disk = new WatchingDisk(Disk()) { RefusesZeros = true };
        using var log = OpenLog.Stepped(disk);
        var commits = Fill(log, 20 << 10);
        Assert.Null(log.Log.Failure);
        Assert.Equal(1, disk.RefusedCount);
        Assert.Equal(commits, log.ReadAll().Count);
    }

    [Fact]
    public void Wherever_the_power_goes_what_was_acknowledged_is_there()
    {
        for (var operations = 1; operations < 60; operations++)
        {
            var disk = Disk(operations);
            SequenceNumber acknowledged;
            using (var log = OpenLog.Stepped(disk))
            {
                disk.OperationsUntilOff = operations;
                FillUntilOff(log);
                acknowledged = log.Log.DurableSequence;
            }

            disk.CutPower();
            using var again = OpenLog.Stepped(disk);
            var found = again.ReadAll().Count;
            Assert.True(found >= acknowledged.Value, $"off after {operations}: {found} of {acknowledged}");
            Fill(again, 20 << 10);
            Assert.Equal(again.Log.NewestSequence.Value, again.ReadAll().Count);
        }
    }

    private static SimulatedDisk Disk(int seed = 1) => new(new Random(seed)) { IsFirstWriteCostly = true };

    private static void FillSegments(OpenLog log, int count)
    {
        var last = log.Log.Segments[^1].FirstSequence;
        while (log.Log.Segments.Length < count || log.Log.Segments[^1].FirstSequence == last)
        {
            Fill(log, 1);
        }
    }

    private static void FillUntilOff(OpenLog log)
    {
        var value = Encoding.UTF8.GetBytes(Value);
        while (log.Log.TryAppend([], value, null, out _) is AppendStatus.Accepted or AppendStatus.Busy)
        {
            log.Commit();
        }
    }

    /// <summary>Appends records of about a page and commits each; returns how many.</summary>
    private static int Fill(OpenLog log, int sizeBytes)
    {
        var count = 0;
        for (var size = 0; size < sizeBytes; size += Value.Length, count++)
        {
            log.Append(Value);
            log.Commit();
        }

        return count;
    }

    /// <summary>Notes which pages of each file were written, and how many syncs had one that was new.</summary>
    private sealed class WatchingDisk(IDisk below) : DiskAround(below)
    {
        private readonly Dictionary<string, WatchingFile> _files = [];

        public bool RefusesZeros { get; init; }

        public int RefusedCount { get; private set; }

        public int CostlySyncs(string path) => _files[path].CostlySyncs;

        public long WrittenEnd(string path) => _files[path].WrittenEnd;

        protected override IDiskFile Around(string path, IDiskFile file) =>
            _files[path] = new WatchingFile(this, file);

        private sealed class WatchingFile(WatchingDisk disk, IDiskFile below) : FileAround(below)
        {
            private readonly HashSet<long> _pages = [];
            private bool _isCostly;

            public int CostlySyncs { get; private set; }

            public long WrittenEnd { get; private set; }

            public override void Write(long offset, ReadOnlySpan<byte> bytes)
            {
                if (disk.RefusesZeros && !bytes.ContainsAnyExcept((byte)0))
                {
                    disk.RefusedCount++;
                    throw new IOException("The disk failed to write.");
                }

                for (var page = offset / PageSizeBytes; page * PageSizeBytes < offset + bytes.Length; page++)
                {
                    _isCostly |= _pages.Add(page);
                }

                WrittenEnd = Math.Max(WrittenEnd, offset + bytes.Length);
                base.Write(offset, bytes);
            }

            public override void Sync()
            {
                CostlySyncs += _isCostly ? 1 : 0;
                _isCostly = false;
                base.Sync();
            }
        }
    }
}
