using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>The index of a sealed segment is the same whoever makes it, and holds the log's checkpoints.</summary>
public sealed class SealedIndexTests
{
    private const string Checkpoint = "input";

    [Fact]
    public void A_sealed_segments_index_holds_the_checkpoints_as_of_its_last_record()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Filled(disk);
        foreach (var segment in log.Log.Segments[..^1])
        {
            var index = SegmentIndex.TryRead(disk.TryRead(segment.IndexPath), segment.Header.Salt)!;
            Assert.True(index.Checkpoints!.TryGet(Checkpoint, out var value));
            Assert.Equal(index.LastSequence.Value.ToString(), Encoding.UTF8.GetString(value.Span));
        }
    }

    [Fact]
    public void An_index_that_checking_makes_again_is_the_original_byte_for_byte()
    {
        var disk = new SimulatedDisk(new Random(1));
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
        using var log = Filled(disk, clock);
        var originals = TakeIndexes(disk, log);

        log.Committer.CheckBytesPerSecond = 1 << 30;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                log.Committer.Tick();
                return log.Log.Scrub.LastPass is not null;
            },
            TimeSpan.FromSeconds(30)));

        Assert.All(originals, original => Assert.Equal(original.Value, disk.TryRead(original.Key)));
    }

    [Fact]
    public void An_index_that_a_repair_makes_anew_is_the_original_byte_for_byte()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Filled(disk);
        log.Close();
        var originals = TakeIndexes(disk, log);

        LogRepair.Apply(disk, OpenLog.Folder, ".before");

        Assert.All(originals, original => Assert.Equal(original.Value, disk.TryRead(original.Key)));
    }

    [Fact]
    public void An_index_that_is_made_of_a_damaged_segment_vouches_for_none_of_its_bytes()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Filled(disk);
        log.Close();
        var segment = log.Log.Segments[0];
        disk.Delete(segment.IndexPath);
        var value = disk.BytesOf(segment.Path).ToArray().AsSpan().IndexOf("xxxx"u8);
        disk.BytesOf(segment.Path)[value] ^= 1;

        LogRepair.Apply(disk, OpenLog.Folder, ".before");

        var index = SegmentIndex.TryRead(disk.TryRead(segment.IndexPath), segment.Header.Salt)!;
        Assert.Null(index.SegmentChecksum);
    }

    private static SortedDictionary<string, byte[]> TakeIndexes(SimulatedDisk disk, OpenLog log)
    {
        var originals = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var segment in log.Log.Segments[..^1])
        {
            originals.Add(segment.IndexPath, disk.TryRead(segment.IndexPath)!);
            disk.Delete(segment.IndexPath);
        }

        Assert.True(originals.Count > 2);
        return originals;
    }

    /// <summary>Each record sets the checkpoint to its own number.</summary>
    private static OpenLog Filled(SimulatedDisk disk, TimeProvider? clock = null)
    {
        var options = OpenLog.Options() with { SegmentSizeBytes = 256 << 10 };
        var log = new OpenLog(disk, options, clock);
        for (long next = 1; log.Log.Segments.Length < 5; next++)
        {
            var batch = new AppendBatch();
            Assert.True(batch.TryAdd("k"u8, Encoding.UTF8.GetBytes(new string('x', 5000))));
            batch.SetCheckpoint(Checkpoint, Encoding.UTF8.GetBytes(next.ToString()));
            Append(log, batch);
        }

        Assert.True(SpinWait.SpinUntil(
            () => log.Log.Segments[..^1].All(segment => disk.TryRead(segment.IndexPath) is { } bytes
                && SegmentIndex.TryRead(bytes, segment.Header.Salt) is { IsMark: false }),
            TimeSpan.FromSeconds(30)));
        return log;
    }

    private static void Append(OpenLog log, AppendBatch batch)
    {
        while (true)
        {
            var status = log.Log.TryAppend(batch, out var last);
            if (status == AppendStatus.Accepted)
            {
                log.Log.WhenAcknowledged(last).GetAwaiter().GetResult();
                return;
            }

            Assert.Equal(AppendStatus.Busy, status);
            log.Log.WhenRoom().Wait(TimeSpan.FromSeconds(30));
        }
    }
}
