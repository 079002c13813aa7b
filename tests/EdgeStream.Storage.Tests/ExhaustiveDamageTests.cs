using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A small log of all kinds of entries, cut at every byte and with every byte changed: it opens, no wrong record is
/// ever read, what is missing is said, and no more is missing than was hit.
/// </summary>
public sealed class ExhaustiveDamageTests
{
    private const string FirstPath = OpenLog.Folder + "/00000000000000000001.log";
    private const string SecondPath = OpenLog.Folder + "/00000000000000000011.log";
    private const int SizeBytes = 4096;

    public enum Shape
    {
        Version1,
        Version2,
        Recycled,
    }

    [Theory]
    [InlineData(Shape.Version1)]
    [InlineData(Shape.Version2)]
    [InlineData(Shape.Recycled)]
    public void A_log_that_ends_at_any_byte_has_the_whole_batches_and_records_before_it(Shape shape)
    {
        // Before a file gets its name its header is durable: none has a part of another one's.
        var segment = Build(shape, 1);
        for (var cut = shape == Shape.Recycled ? SegmentHeader.SizeBytes : 0; cut <= segment.End; cut++)
        {
            var bytes = segment.Bytes.ToArray();
            StaleBytes(shape).AsSpan(cut).CopyTo(bytes.AsSpan(cut));

            // What stands behind the cut may by chance be what stood there before.
            CheckCut(segment, bytes, segment.Bytes.CommonPrefixLength(bytes));
        }
    }

    [Theory]
    [InlineData(Shape.Version1)]
    [InlineData(Shape.Version2)]
    [InlineData(Shape.Recycled)]
    public void A_last_file_that_is_shorter_has_the_whole_batches_and_records_that_are_left(Shape shape)
    {
        var segment = Build(shape, 1);
        for (var cut = 0; cut <= segment.End; cut++)
        {
            CheckCut(segment, segment.Bytes[..cut].ToArray(), cut);
        }
    }

    [Theory]
    [InlineData(Shape.Version1)]
    [InlineData(Shape.Version2)]
    [InlineData(Shape.Recycled)]
    public void A_changed_byte_costs_at_most_the_record_that_it_is_in(Shape shape)
    {
        var segment = Build(shape, 1);
        var lastFrame = segment.Entries.Last(entry => entry.Kind == EntryFormat.BaseKind).Start;
        ForEachChange(segment, (at, bytes) =>
        {
            using var log = Open((FirstPath, bytes));
            var found = ReadAll(log);
            var hit = segment.Entries.FirstOrDefault(entry => at < entry.End && at >= entry.Start);

            // Nothing vouches for the newest write: from the changed byte on it cannot be told from a torn one.
            var whole = at < lastFrame ? segment.Next - 1 : ExpectedAt(segment, hit.Start).Count;
            for (long sequence = 1; sequence <= whole; sequence++)
            {
                Assert.True(
                    sequence == hit.Sequence || found.ContainsKey(sequence), $"byte {at} took record {sequence}");
            }
        });
    }

    [Theory]
    [InlineData(Shape.Version1)]
    [InlineData(Shape.Version2)]
    [InlineData(Shape.Recycled)]
    public void A_changed_byte_in_a_sealed_segment_costs_at_most_the_record_that_it_is_in(Shape shape)
    {
        var segment = Build(shape, 1);
        var next = Build(Shape.Version2, segment.Next);
        ForEachChange(segment, (at, bytes) =>
        {
            using var log = Open((FirstPath, bytes), (SecondPath, next.Bytes.ToArray()));
            var found = ReadAll(log);
            var hit = segment.Entries.FirstOrDefault(entry => at < entry.End && at >= entry.Start);
            Assert.True(found.Count >= next.Next - 2, $"byte {at} left {found.Count} records");
            Assert.True(found.Count == next.Next - 1 || !found.ContainsKey(hit.Sequence), $"byte {at}");
        });
    }

    [Fact]
    public void A_sealed_segment_that_ends_at_any_byte_is_read_to_there_and_the_next_one_whole()
    {
        var segment = Build(Shape.Version2, 1);
        var next = Build(Shape.Version2, segment.Next);
        for (var cut = 0; cut <= segment.End; cut++)
        {
            using var log = Open((FirstPath, segment.Bytes[..cut].ToArray()), (SecondPath, next.Bytes.ToArray()));
            var whole = segment.Entries.Count(entry => entry.Sequence > 0 && entry.End <= cut);
            var found = ReadAll(log);
            Assert.Equal(whole + next.Next - segment.Next, found.Count);
        }
    }

    [Fact]
    public void Checkpoints_come_back_with_their_batch_and_not_without_it()
    {
        var segment = Build(Shape.Version2, 1);
        var batchEnd = segment.Entries.Single(entry => entry.Sequence == 8).End;
        foreach (var (cut, expected) in new[] { (batchEnd, "second"), (batchEnd - 1, "first") })
        {
            var bytes = segment.Bytes.ToArray();
            bytes.AsSpan(cut).Clear();
            var header = default(SegmentHeader);
            Assert.Equal(SegmentHeaderStatus.Valid, SegmentHeader.Read(bytes, out header));
            var scan = SegmentScan.Run(bytes, header, null, new SequenceNumber(long.MaxValue), isSealed: false);
            Assert.True(scan.Checkpoints.TryGet("at", out var value));
            Assert.Equal(expected, Encoding.UTF8.GetString(value.Span));
        }
    }

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Many_changed_bytes_never_make_a_wrong_record_nor_keep_the_log_from_opening(int seed) =>
        TestSeed.Run(seed, random =>
        {
            var segment = Build(Shape.Recycled, 1);
            for (var round = 0; round < 500; round++)
            {
                var bytes = segment.Bytes.ToArray();
                for (var i = random.Next(2, 12); i > 0; i--)
                {
                    bytes[random.Next(SegmentHeader.SizeBytes, segment.End)] = (byte)random.Next(256);
                }

                using var log = Open((FirstPath, bytes));
                var found = ReadAll(log);
                Assert.Equal(log.Log.NewestSequence.Value + 1, log.AppendAcknowledged("after").Value);
                var after = ReadAll(log);
                Assert.True(
                    found.Keys.All(after.ContainsKey) && after.Count == found.Count + 1,
                    $"{string.Join(' ', found.Keys)}, then {string.Join(' ', after.Keys)}: "
                    + string.Join(' ', log.Log.RecoveryFindings));
            }
        });

    /// <summary>Opens what is left of a last segment, goes on behind it, and opens it again.</summary>
    private static void CheckCut(SegmentBytes segment, byte[] bytes, int cut)
    {
        var expected = ExpectedAt(segment, cut);
        var disk = DiskWith((FirstPath, bytes));
        using (var log = new OpenLog(disk))
        {
            Assert.Equal(expected, ReadAll(log).Keys);

            // A file without a header may have held any number: none of them is given out again.
            var next = log.AppendAcknowledged("after").Value;
            var isHeaderless = cut < SegmentHeader.SizeBytes && next != 1;
            Assert.True(isHeaderless ? next >= segment.Next : next == expected.Count + 1, $"cut at {cut}: {next}");
            Assert.True(cut > SegmentHeader.SizeBytes - 2 || isHeaderless, $"cut at {cut}: {next}");
            Assert.Equal(expected.Count + 1, ReadAll(log).Count);
        }

        using var again = new OpenLog(disk);
        Assert.Equal(expected.Count + 1, ReadAll(again).Count);
    }

    private static void ForEachChange(SegmentBytes segment, Action<int, byte[]> check)
    {
        for (var at = 0; at < segment.End; at++)
        {
            foreach (var mask in new[] { 1 << (at % 8), 0xFF })
            {
                var bytes = segment.Bytes.ToArray();
                bytes[at] ^= (byte)mask;
                check(at, bytes);
            }
        }
    }

    private static SegmentBytes Build(Shape shape, long first)
    {
        var isOld = shape == Shape.Version1;
        var flags = shape == Shape.Recycled ? SegmentFlags.Recycled : SegmentFlags.None;
        var segment = new SegmentBytes(SizeBytes, first, 0x1234567890ABCDEF, (ushort)(isOld ? 1 : 2), flags);
        segment.Base(first - 1);
        if (!isOld)
        {
            segment.Batch(0, new LogCheckpoint("at", "first"u8.ToArray()));
        }

        segment.Record(Value(first)).Record(Value(first + 1)).Record(Value(first + 2));
        segment.Base(first + 2).Record(Value(first + 3));
        if (!isOld)
        {
            segment.Pad(150).Base(first + 3).Batch(4, new LogCheckpoint("at", "second"u8.ToArray()));
        }

        segment.Record(Value(first + 4)).Record(Value(first + 5));
        segment.Base(first + 3).Record(Value(first + 6)).Record(Value(first + 7));
        segment.Base(first + 7);
        if (!isOld)
        {
            segment.Batch(2);
        }

        segment.Record(Value(first + 8)).Record(Value(first + 9));
        return segment.Stale(StaleBytes(shape));
    }

    /// <summary>What stands behind the end: nothing, or the entries of an older segment.</summary>
    private static byte[] StaleBytes(Shape shape)
    {
        if (shape != Shape.Recycled)
        {
            return new byte[SizeBytes];
        }

        var old = new SegmentBytes(SizeBytes, 500, 0x0FEDCBA987654321);
        for (var i = 0; i < 20; i++)
        {
            old.Base(499 + (4 * i)).Record("stale").Record("stale").Record("stale").Record("stale");
        }

        return old.Bytes.ToArray();
    }

    private static List<long> ExpectedAt(SegmentBytes segment, int cut)
    {
        var expected = new List<long>();
        var batchStart = 0;
        var batchLeft = 0;
        foreach (var entry in segment.Entries.Where(entry => entry.End <= cut))
        {
            if (entry.Kind == EntryFormat.BatchKind)
            {
                BatchEntry.TryRead(segment.Bytes[(entry.Start + 1)..], out var count, out _);
                (batchStart, batchLeft) = (expected.Count, (int)count);
            }
            else if (entry.Sequence > 0)
            {
                expected.Add(entry.Sequence);
                batchLeft--;
            }
        }

        return batchLeft > 0 ? expected[..batchStart] : expected;
    }

    /// <summary>Reads everything and checks what is always true of it.</summary>
    private static SortedDictionary<long, string> ReadAll(OpenLog log)
    {
        var found = new SortedDictionary<long, string>();
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        long next = 1;
        LogReadStep step;
        while ((step = reader.Read(out var record)) != LogReadStep.None)
        {
            if (step == LogReadStep.Gap)
            {
                Assert.Equal(next, reader.Gap.First.Value);
                Assert.True(reader.Gap.RecordCount > 0);
                next = reader.Gap.Last.Value + 1;
                continue;
            }

            Assert.Equal(next++, record.Sequence.Value);
            var value = Encoding.UTF8.GetString(record.Value);
            Assert.True(value == "after" || value == Value(record.Sequence.Value), value);
            found.Add(record.Sequence.Value, value);
        }

        Assert.Equal(log.Log.NewestSequence.Value + 1, next);
        return found;
    }

    private static OpenLog Open(params (string Path, byte[] Content)[] files) => new(DiskWith(files));

    private static SimulatedDisk DiskWith(params (string Path, byte[] Content)[] files)
    {
        var disk = new SimulatedDisk(new Random(1));
        foreach (var (path, content) in files)
        {
            disk.Replace(path, content);
        }

        return disk;
    }

    private static string Value(long sequence) => $"record {sequence}";
}
