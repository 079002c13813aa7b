using System.Text;
using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>
/// Looking at a log beside a gateway that compresses segments, lets them go and uses their files again.
/// </summary>
public sealed class LogLookTests : IDisposable
{
    private const int SegmentSizeBytes = 256 << 10;
    private const int CompressedFlagOffset = 56;
    private const byte CompressedFlag = 4;

    private readonly TemporaryFolder _folder = new("look");
    private readonly LogTarget _target;
    private readonly List<string> _segments;
    private readonly long _count;

    public LogLookTests()
    {
        _target = new LogTarget("readings", "shard", _folder.MakeFolder("plain"));
        _count = Write(_target.Folder);
        _segments = [.. Directory.GetFiles(_target.Folder, "*.log").Order(StringComparer.Ordinal)];
        Assert.True(_segments.Count > 3);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Segments_that_are_compressed_after_the_listing_are_read_as_what_they_are()
    {
        var compressed = Compressed();
        using var verified = new LogLook(_target, isLive: true);
        using var read = new LogLook(_target, isLive: true);
        using var stopped = new LogLook(_target, isLive: false);
        Replace(compressed, _segments[..^1]);

        Assert.Equal(_count, VerifyAll(verified));
        Assert.Empty(ReadAll(read, out var records));
        Assert.Equal(_count, records);

        // What is not looked at again is damaged: the test sees the difference.
        Assert.NotEmpty(stopped.Verify(stopped.Log.Segments[0])!.Damage);
    }

    [Fact]
    public void A_segment_that_is_let_go_is_no_damage_and_its_records_are_evicted()
    {
        using var verified = new LogLook(_target, isLive: true);
        using var read = new LogLook(_target, isLive: true);
        var next = verified.Log.Segments[1].FirstSequence;
        File.Delete(Path.ChangeExtension(_segments[0], ".index"));
        File.Delete(_segments[0]);

        Assert.Null(verified.Verify(verified.Log.Segments[0]));
        Assert.Equal([new LogGap(SequenceNumber.First, next.Previous, LogGapReason.Evicted)], ReadAll(read, out _));
    }

    [Fact]
    public void A_segment_whose_file_is_used_again_is_no_damage()
    {
        using var verified = new LogLook(_target, isLive: true);
        using var read = new LogLook(_target, isLive: true);
        var next = verified.Log.Segments[1].FirstSequence;
        var spare = Path.Combine(_target.Folder, "0.spare");
        File.Delete(Path.ChangeExtension(_segments[0], ".index"));
        File.Move(_segments[0], spare);
        File.WriteAllBytes(spare, new byte[SegmentSizeBytes]);

        Assert.Null(verified.Verify(verified.Log.Segments[0]));
        Assert.Equal([new LogGap(SequenceNumber.First, next.Previous, LogGapReason.Evicted)], ReadAll(read, out _));
    }

    [Fact]
    public void What_is_damaged_beside_a_running_gateway_is_told_as_that()
    {
        StoredText.Flip(_target.Folder, "record 20 ");
        using var look = new LogLook(_target, isLive: true);
        Assert.Equal(20, Assert.Single(look.Verify(look.Log.Segments[0])!.Damage).FirstLost.Value);
        var gap = new LogGap(new SequenceNumber(20), new SequenceNumber(20), LogGapReason.Damaged);
        Assert.Equal([gap], ReadAll(look, out _));
    }

    [Fact]
    public void An_export_of_a_time_names_the_gaps_inside_of_it_only()
    {
        const int Lost = 100;
        StoredText.Flip(_target.Folder, $"record {Lost} ");
        var gap = new LogGap(new SequenceNumber(Lost), new SequenceNumber(Lost), LogGapReason.Damaged);

        Assert.Equal([gap], GapsOf(TimeOf(Lost - 5), TimeOf(Lost + 5)));
        Assert.Equal([gap], GapsOf(TimeOf(Lost), TimeOf(Lost + 5)));
        Assert.Equal([gap], GapsOf(TimeOf(Lost - 5), TimeOf(Lost)));
        Assert.Equal([gap], GapsOf(null, null));
        Assert.Empty(GapsOf(TimeOf(Lost + 1) + 1, TimeOf(Lost + 5)));
        Assert.Empty(GapsOf(TimeOf(Lost - 5), TimeOf(Lost - 1) - 1));
        Assert.Empty(GapsOf(TimeOf(Lost + 20), null));
        Assert.Empty(GapsOf(null, TimeOf(Lost - 20)));
    }

    [Fact]
    public void An_export_by_numbers_names_what_is_missing_of_these_numbers()
    {
        StoredText.Flip(_target.Folder, "record 20 ");
        StoredText.Flip(_target.Folder, "record 21 ");
        using var look = new LogLook(_target, isLive: false);
        var range = new LogRange(
            new LogPlace(new SequenceNumber(21), null), new LogPlace(new SequenceNumber(22), null), 10);
        Assert.Equal(
            [new LogGap(new SequenceNumber(21), new SequenceNumber(21), LogGapReason.Damaged)],
            Read(look, range, out var records));
        Assert.Equal(1, records);
    }

    private List<LogGap> GapsOf(long? from, long? to)
    {
        using var look = new LogLook(_target, isLive: false);
        return Read(look, new LogRange(PlaceOf(from), PlaceOf(to), long.MaxValue), out _);
    }

    private static LogPlace? PlaceOf(long? time) =>
        time is { } at ? new LogPlace(null, new Timestamp(at)) : null;

    private static List<LogGap> ReadAll(LogLook look, out long records) =>
        Read(look, new LogRange(null, null, long.MaxValue), out records);

    private static List<LogGap> Read(LogLook look, LogRange range, out long records)
    {
        var gaps = new List<LogGap>();
        var last = SequenceNumber.None;
        records = new RangeReading(
            range,
            look,
            (in LogRecord record) =>
            {
                Assert.True(record.Sequence > last);
                last = record.Sequence;
                Assert.StartsWith($"record {last} ", Encoding.UTF8.GetString(record.Value), StringComparison.Ordinal);
            },
            gaps.Add).Run();
        return gaps;
    }

    private static long VerifyAll(LogLook look)
    {
        long records = 0;
        foreach (var segment in look.Log.Segments)
        {
            var report = look.Verify(segment)!;
            Assert.Empty(report.Damage);
            Assert.Contains(report.Index, new[] { IndexState.Valid, IndexState.LeftOver });
            records += report.Records;
        }

        return records;
    }

    /// <summary>What the gateway does when it has compressed a segment: a rename over it; its index goes.</summary>
    private static void Replace(string compressedFolder, List<string> segments)
    {
        foreach (var segment in segments)
        {
            File.Move(Path.Combine(compressedFolder, Path.GetFileName(segment)), segment, overwrite: true);
            File.Delete(Path.ChangeExtension(segment, ".index"));
        }
    }

    /// <summary>A copy of the folder whose sealed segments are compressed.</summary>
    private string Compressed()
    {
        var copy = _folder.MakeFolder("compressed");
        foreach (var file in Directory.GetFiles(_target.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        using var committer = new Committer();
        var log = committer.Open(
            new NativeDisk(),
            new LogClock(TimeProvider.System, 1),
            Options(copy) with { Compression = SegmentCompression.Brotli });
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                committer.Tick();
                return _segments[..^1].TrueForAll(path => IsCompressed(Path.Combine(copy, Path.GetFileName(path))));
            },
            TimeSpan.FromSeconds(30)));
        committer.Close(log);
        return copy;
    }

    private static bool IsCompressed(string path)
    {
        using var file = File.OpenRead(path);
        file.Position = CompressedFlagOffset;
        return (file.ReadByte() & CompressedFlag) != 0;
    }

    private static ShardLogOptions Options(string folder) =>
        new() { Folder = folder, SegmentSizeBytes = SegmentSizeBytes, SpareSegmentsMax = 0 };

    /// <summary>A stopped log, a record a second.</summary>
    private static long Write(string folder)
    {
        var time = new ManualTimeProvider();
        using var committer = new Committer(time);
        var log = committer.Open(new NativeDisk(), new LogClock(time, 1), Options(folder));
        var last = SequenceNumber.None;
        while (Directory.GetFiles(folder, "*.log").Length < 4)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var value = Encoding.UTF8.GetBytes($"record {last.Next} {new string('x', 900)}");
            while (log.TryAppend("k"u8, value, null, out last) != AppendStatus.Accepted)
            {
                log.WhenRoom().Wait(TimeSpan.FromSeconds(30));
            }

            log.WhenAcknowledged(last).GetAwaiter().GetResult();
        }

        committer.Close(log);
        return last.Value;
    }

    private static long TimeOf(long sequence) =>
        Timestamp.From(new ManualTimeProvider().GetUtcNow() + TimeSpan.FromSeconds(sequence)).UnixMicroseconds;
}
