using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What damage costs in an encrypted log: the frame that it hits, and never a wrong record.</summary>
public sealed class EncryptionDamageTests
{
    private const int RecordsPerFrame = 7;
    private static readonly string FirstPath = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);

    [Fact]
    public void A_damaged_byte_in_a_sealed_segment_costs_its_frame_and_no_other()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = new SortedDictionary<long, string>();
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            EncryptionTests.Fill(log, written, segments: 2);
            log.Close();
        }

        var whole = disk.BytesOf(FirstPath).ToArray();
        for (var at = SegmentHeader.SizeBytes; at < whole.Length; at += 97)
        {
            whole.CopyTo(disk.BytesOf(FirstPath));
            disk.BytesOf(FirstPath)[at] ^= 0x20;
            using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
            AssertLost(log, written, RecordsPerFrame, at);
        }
    }

    [Fact]
    public void Every_byte_of_a_small_log_may_be_wrong_and_no_record_ever_is()
    {
        var (bytes, written, end) = Small();
        for (var at = 0; at < end + 8; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x11;
            using var log = Open(damaged);
            AssertLost(log, written, countMax: 3, at);
            var next = log.AppendAcknowledged("after");
            Assert.Equal("after", log.ReadAll()[next.Value]);
            log.Close();
            log.Dispose();
        }
    }

    [Fact]
    public void A_small_log_that_ends_at_any_byte_has_the_whole_frames_before_it()
    {
        var (bytes, written, end) = Small();
        long least = 0;
        for (var cut = SegmentCipher.HeaderSizeBytes; cut <= end; cut++)
        {
            var torn = bytes.ToArray();
            torn.AsSpan(cut).Clear();
            using var log = Open(torn);
            var found = log.ReadAll();
            Assert.Equal(written.Take(found.Count), found);
            Assert.True(found.Count >= least, $"cut at {cut}");
            least = found.Count;
            Assert.Equal(found.Count + 1, log.AppendAcknowledged("after").Value);
        }

        Assert.Equal(written.Count, least);
    }

    [Fact]
    public void The_checksum_of_the_last_whole_frame_is_put_right_where_only_a_torn_one_proves_it()
    {
        var disk = new SimulatedDisk(new Random(1));
        int end;
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            log.AppendAcknowledged("one");
            log.AppendAcknowledged("two");
            end = log.Log.Segments[0].VisibleEnd;
            log.AppendAcknowledged("three");
        }

        // The third frame's base entry is whole and the rest of it is not there; it proves the second frame's checksum.
        disk.BytesOf(FirstPath)[(end + BaseEntry.EntrySizeBytes)..].Clear();
        disk.BytesOf(FirstPath)[end - 2] ^= 1;
        for (var round = 0; round < 3; round++)
        {
            using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
            Assert.Equal(["one", "two"], log.ReadAll().Values.Take(2));
            log.AppendAcknowledged("again");
        }
    }

    [Fact]
    public void A_batch_that_is_torn_anywhere_is_absent_as_a_whole()
    {
        var disk = new SimulatedDisk(new Random(1));
        int end;
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            log.AppendAcknowledged("before");
            var batch = new AppendBatch();
            for (var i = 0; i < 40; i++)
            {
                batch.TryAdd("k"u8, new byte[3000]);
            }

            batch.SetCheckpoint("at", "set"u8);

            // It is too large for the present segment: a new one begins with it.
            log.Log.Options = log.Log.Options with { SegmentSizeBytes = 1 << 20 };
            Assert.Equal(2, log.AppendAcknowledged(batch).Value);
            end = log.Log.Segments[^1].VisibleEnd;
        }

        var path = SegmentFile.PathOf(OpenLog.Folder, new SequenceNumber(2));
        var whole = disk.BytesOf(path).ToArray();
        for (var cut = SegmentCipher.HeaderSizeBytes; cut < end; cut += 1999)
        {
            whole.CopyTo(disk.BytesOf(path));
            disk.BytesOf(path)[cut..].Clear();
            using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
            Assert.Equal(["before"], log.ReadAll().Values);
            Assert.False(log.Log.TryGetCheckpoint("at", out _));
        }
    }

    [Fact]
    public void A_frame_that_also_stands_over_an_earlier_one_costs_what_it_covers_and_nothing_behind_it()
    {
        var disk = new SimulatedDisk(new Random(1));
        var ends = new List<int>();
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            foreach (var value in new[] { "one", new string('2', 3000), "three", "four", "five", "six" })
            {
                log.AppendAcknowledged(value);
                ends.Add(log.Log.Segments[0].VisibleEnd);
            }
        }

        // With the checksum that the fourth frame continues; it lands in the middle of the second one.
        var bytes = disk.BytesOf(FirstPath);
        bytes[(ends[2] - EntryFormat.ChecksumSizeBytes)..ends[3]].CopyTo(bytes[(ends[0] + 700)..]);

        using var damaged = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        Assert.Equal(["one", "four", "five", "six"], damaged.ReadAll().Values);
        damaged.AppendAcknowledged("seven");
        Assert.Equal(["one", "four", "five", "six", "seven"], damaged.ReadAll().Values);
    }

    private static void AssertLost(OpenLog log, SortedDictionary<long, string> written, int countMax, int at)
    {
        var found = log.ReadAll();
        Assert.All(found, record => Assert.Equal(written[record.Key], record.Value));
        Assert.True(written.Count - found.Count <= countMax, $"byte {at} cost {written.Count - found.Count} records");
    }

    /// <summary>A segment of three frames, one of them a batch.</summary>
    private static (byte[] Bytes, SortedDictionary<long, string> Written, int End) Small()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        log.AppendAcknowledged("first");
        var batch = new AppendBatch();
        batch.TryAdd("a"u8, "second"u8);
        batch.TryAdd("b"u8, "third"u8);
        batch.TryAdd("c"u8, "fourth"u8);
        batch.SetCheckpoint("place", "4"u8);
        log.AppendAcknowledged(batch);
        log.AppendAcknowledged("fifth");
        return (disk.BytesOf(FirstPath).ToArray(), log.ReadAll(), log.Log.Segments[0].VisibleEnd);
    }

    private static OpenLog Open(byte[] bytes)
    {
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace(FirstPath, bytes);
        return new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
    }
}
