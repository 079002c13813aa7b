using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>A retired segment becomes the next one, and nothing of what it held ever comes back.</summary>
public sealed class SegmentRecyclingTests
{
    private const string Spare = OpenLog.Folder + "/0.spare";
    private static readonly string Large = new('x', 9000);

    [Fact]
    public void A_retired_segment_is_the_file_of_the_next_one()
    {
        var disk = Disk();
        using var log = OpenLog.Stepped(disk);
        FillSegments(log, 3);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        Assert.NotNull(disk.TryRead(Spare));

        FillSegments(log, 3);

        Assert.Equal(SegmentFlags.Recycled, log.Log.Segments[^1].Header.Flags & SegmentFlags.Recycled);
        Assert.Equal(log.Log.NewestSequence.Value - log.Log.OldestSequence.Value + 1, log.ReadAll().Count);
    }

    [Fact]
    public void A_retired_segment_that_cannot_be_written_makes_room_for_a_new_file()
    {
        var disk = new UnwritableSpareDisk(Disk());
        using var log = OpenLog.Stepped(disk);
        FillSegments(log, 3);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        Assert.NotNull(disk.TryRead(Spare));

        FillSegments(log, 3);
        Assert.True(disk.RefusedCount > 0);
        Assert.Null(log.Log.Failure);
        Assert.Equal(log.Log.NewestSequence.Value - log.Log.OldestSequence.Value + 1, log.ReadAll().Count);
    }

    [Fact]
    public async Task A_disk_on_which_no_new_file_can_be_written_ends_the_log_and_what_it_holds_is_kept()
    {
        var disk = new UnwritableSpareDisk(Disk());
        long newest;
        using (var log = new OpenLog(disk))
        {
            FillSegments(log, 2);
            disk.RefusesAll = true;
            newest = log.Log.NewestSequence.Value;
            while (log.Log.Failure is null)
            {
                if (log.Log.TryAppend([], Encoding.UTF8.GetBytes(Large), null, out var sequence)
                    == AppendStatus.Accepted)
                {
                    await log.Log.WhenAcknowledged(sequence);
                    newest = sequence.Value;
                }
            }

            Assert.Contains("cannot become a segment", log.Log.Failure.Message);
        }

        disk.RefusesAll = false;
        using var again = new OpenLog(disk);
        Assert.Equal(newest, again.ReadAll().Count);
        again.AppendAcknowledged(Large);
    }

    [Fact]
    public void The_next_segment_is_made_before_it_is_needed()
    {
        var disk = Disk();
        using var log = new OpenLog(disk);
        while (log.Log.UsedBytes <= OpenLog.SegmentSizeBytes / 2)
        {
            log.AppendAcknowledged(Large);
        }

        log.AppendAcknowledged(Large);
        Assert.True(SpinWait.SpinUntil(
            () => log.Log.SizeBytes == 2 * OpenLog.SegmentSizeBytes, TimeSpan.FromSeconds(30)));
        Assert.Single(log.Log.Segments);
    }

    [Fact]
    public void A_segment_that_somebody_reads_is_not_recycled()
    {
        var disk = Disk();
        using var log = OpenLog.Stepped(disk);
        FillSegments(log, 3);
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        Assert.True(reader.TryRead(out _));

        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);

        Assert.Null(disk.TryRead(Spare));
        Assert.True(reader.TryRead(out var second));
        Assert.Equal(Large.Length, second.Value.Length);
    }

    [Fact]
    public void Spares_count_as_used_and_are_given_back_where_room_is_needed()
    {
        using var log = OpenLog.Stepped(Disk());
        FillSegments(log, 3);
        var before = log.Log.SizeBytes;
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        Assert.Equal(before, log.Log.SizeBytes);

        Assert.Equal(OpenLog.SegmentSizeBytes, log.Log.ReleaseSpares());
        Assert.Equal(before - OpenLog.SegmentSizeBytes, log.Log.SizeBytes);
    }

    [Fact]
    public void A_log_that_wants_no_spares_deletes_what_it_retires()
    {
        var disk = Disk();
        using var log = OpenLog.Stepped(disk, OpenLog.Options() with { SpareSegmentsMax = 0 });
        FillSegments(log, 3);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        Assert.DoesNotContain(disk.List(OpenLog.Folder), name => name.EndsWith(".spare", StringComparison.Ordinal));
    }

    [Fact]
    public void A_spare_of_another_size_is_not_used()
    {
        var disk = Disk();
        disk.Create(Spare, 1000).Dispose();
        using var log = new OpenLog(disk);
        FillSegments(log, 3);
        Assert.All(
            log.Log.Segments, segment => Assert.Equal(OpenLog.SegmentSizeBytes, segment.Header.SegmentSizeBytes));
    }

    [Fact]
    public void A_spare_that_cannot_be_opened_is_told_and_keeps_neither_the_log_nor_the_next_segment()
    {
        var below = Disk();
        below.Create(Spare, OpenLog.SegmentSizeBytes).Dispose();
        using var log = OpenLog.Stepped(new UnopenableSpareDisk(below));
        Assert.Contains(Spare, Assert.Single(log.Log.RecoveryFindings), StringComparison.Ordinal);
        FillSegments(log, 3);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        FillSegments(log, 3);

        Assert.Null(log.Log.Failure);
        Assert.Equal(SegmentFlags.Recycled, log.Log.Segments[^1].Header.Flags & SegmentFlags.Recycled);
        Assert.Equal(log.Log.NewestSequence.Value - log.Log.OldestSequence.Value + 1, log.ReadAll().Count);
    }

    [Fact]
    public void A_spare_of_another_size_that_cannot_be_deleted_keeps_neither_the_log_nor_its_spares()
    {
        var below = Disk();
        below.Create(Spare, 1000).Dispose();
        using var log = OpenLog.Stepped(new UnopenableSpareDisk(below) { CanOpen = true });
        FillSegments(log, 3);
        log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
        FillSegments(log, 3);

        Assert.Null(log.Log.Failure);
        Assert.Equal(SegmentFlags.Recycled, log.Log.Segments[^1].Header.Flags & SegmentFlags.Recycled);
        Assert.Equal((log.Log.Segments.Length * OpenLog.SegmentSizeBytes) + 1000, log.Log.SizeBytes);
        Assert.Equal(log.Log.NewestSequence.Value - log.Log.OldestSequence.Value + 1, log.ReadAll().Count);
    }

    [Fact]
    public void Beside_a_spare_that_cannot_be_opened_there_are_as_many_places_as_without_it()
    {
        var below = Disk();
        below.Create(Spare, OpenLog.SegmentSizeBytes).Dispose();
        var spares = new SegmentSpares(new UnopenableSpareDisk(below), OpenLog.Folder);

        // One is made ahead of need, and takes its time, while another is needed.
        var ahead = spares.Make(OpenLog.SegmentSizeBytes);
        var needed = spares.Make(OpenLog.SegmentSizeBytes);
        Assert.NotEqual(ahead, needed);
    }

    public static TheoryData<int, int> Seeds()
    {
        var seeds = new TheoryData<int, int>();
        foreach (var seed in TestSeed.Take(2))
        {
            seeds.Add(seed, 512);
            seeds.Add(seed, 4096);
        }

        return seeds;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_power_cut_at_any_operation_of_retiring_and_beginning_loses_no_acknowledged_record(
        int seed, int sectorSizeBytes) =>
        TestSeed.Run(
            seed,
            random =>
            {
                var operations = 0;
                while (!RunUntilCut(new SimulatedDisk(random, sectorSizeBytes), operations))
                {
                    operations++;
                }

                Assert.True(operations > 100, $"only {operations} operations were cut");
            });

    /// <summary>Returns whether everything was done before the power was cut.</summary>
    private static bool RunUntilCut(SimulatedDisk disk, int operations)
    {
        var acknowledged = new SortedDictionary<long, string>();
        long evicted = 0;
        var isDone = false;
        try
        {
            using var log = new OpenLog(disk);
            disk.OperationsUntilOff = operations;
            for (var i = 1; i <= 40; i++)
            {
                var value = $"record {i} {Large}";
                acknowledged.Add(log.AppendAcknowledged(value).Value, value);
                if (log.Log.Segments.Length > 2)
                {
                    evicted = log.Log.Segments[1].FirstSequence.Value - 1;
                    log.Log.EvictBefore(log.Log.Segments[1].FirstSequence);
                }
            }

            isDone = true;
        }
        catch (Exception error) when (error is IOException or Xunit.Sdk.XunitException)
        {
            // The power went away in the middle of something; which error that was is of no interest.
        }

        disk.CutPower();
        using var reopened = new OpenLog(disk);
        var found = reopened.ReadAll();
        foreach (var (sequence, value) in acknowledged.Where(record => record.Key > evicted))
        {
            Assert.True(found.TryGetValue(sequence, out var text) && text == value, $"{sequence} after {operations}");
        }

        Assert.All(found, record => Assert.StartsWith($"record {record.Key} ", record.Value, StringComparison.Ordinal));
        Assert.Equal(found.Count == 0 ? 0 : found.Last().Key - found.First().Key + 1, found.Count);
        Assert.Equal(0, reopened.Log.LostRecords);
        var next = reopened.AppendAcknowledged("after the cut");
        Assert.Equal("after the cut", reopened.ReadAll()[next.Value]);
        return isDone;
    }

    private static SimulatedDisk Disk() => new(new Random(1));

    private static void FillSegments(OpenLog log, int count)
    {
        var started = log.Log.Segments[^1].FirstSequence;
        while (log.Log.Segments.Length < count || log.Log.Segments[^1].FirstSequence == started)
        {
            log.AppendAcknowledged(Large);
        }
    }

    /// <summary>A disk that lists a spare and cannot delete it, nor open it unless it is told that it can.</summary>
    private sealed class UnopenableSpareDisk(IDisk below) : DiskAround(below)
    {
        public bool CanOpen { get; init; }

        public override IDiskFile Open(string path) => path == Spare && !CanOpen ? throw Broken() : base.Open(path);

        public override IDiskFile Create(string path, long sizeBytes) =>
            path == Spare ? throw Broken() : base.Create(path, sizeBytes);

        public override void Delete(string path)
        {
            if (path == Spare)
            {
                throw Broken();
            }

            base.Delete(path);
        }

        private static IOException Broken() => new("Structure needs cleaning");
    }
}
