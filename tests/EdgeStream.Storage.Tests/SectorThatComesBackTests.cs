using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// What a device could not read for a while is read again: by readers that come later, and by those that stand in a
/// copy which was made meanwhile.
/// </summary>
public sealed class SectorThatComesBackTests
{
    private const int SectorSizeBytes = 4096;
    private const string First = OpenLog.Folder + "/00000000000000000001.log";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_comes_later_reads_all_though_a_reader_stands_in_the_copy_with_zeros(bool isEncrypted)
    {
        var (disk, options, written) = Killed(isEncrypted);
        using var log = OpenSpoiled(disk, options);
        using var standing = log.Log.OpenReader(SequenceNumber.First);
        ReadToGap(standing);

        disk.UnreadableByte = null;

        Assert.Equal(written, log.ReadAll());
        Assert.Equal(written, log.ReadAll());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_that_stands_before_the_zeros_of_its_copy_reads_all(bool isEncrypted)
    {
        var (disk, options, written) = Killed(isEncrypted);
        using var log = OpenSpoiled(disk, options);
        using var standing = log.Log.OpenReader(SequenceNumber.First);
        using var other = log.Log.OpenReader(SequenceNumber.First);
        Assert.True(standing.TryRead(out _));
        Assert.True(other.TryRead(out _));

        disk.UnreadableByte = null;

        // The first to come there has it read again, and the second finds it read.
        foreach (var reader in (LogReader[])[standing, other])
        {
            var count = 1;
            while (reader.TryRead(out var record))
            {
                Assert.Equal(written.Keys.ElementAt(count), record.Sequence.Value);
                count++;
            }

            Assert.Equal(written.Count, count);
            Assert.Equal(0, reader.SkippedRecords);
        }
    }

    [Fact]
    public void A_sector_that_stays_bad_is_one_gap_and_what_stands_behind_it_is_read()
    {
        var (disk, options, written) = Killed(isEncrypted: false);
        using var log = OpenSpoiled(disk, options);
        using var standing = log.Log.OpenReader(SequenceNumber.First);
        ReadToGap(standing);
        var gap = standing.Gap;
        var next = gap.Last.Next;
        while (standing.Read(out var record) == LogReadStep.Record)
        {
            Assert.Equal(next, record.Sequence);
            next = next.Next;
        }

        Assert.Equal(written.Last().Key, next.Previous.Value);
        Assert.Equal(written.Count - gap.RecordCount, log.ReadAll().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_stands_in_a_copy_of_the_newest_segment_reads_what_is_appended_later(bool isEncrypted)
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, isEncrypted ? EncryptionTests.Options(TestKeys.OnlyOld) : OpenLog.Options());
        log.AppendAcknowledged("0");
        log.Log.Segments[0].AvoidMapping();
        using var standing = log.Log.OpenReader(SequenceNumber.First);
        using var other = log.Log.OpenReader(SequenceNumber.First);
        Assert.True(standing.TryRead(out _));
        Assert.True(other.TryRead(out _));
        for (var i = 1; i < 60; i++)
        {
            log.AppendAcknowledged($"{i}");
            Assert.True(standing.TryRead(out var record));
            Assert.Equal(i + 1, record.Sequence.Value);
        }

        for (var i = 1; i < 60; i++)
        {
            Assert.True(other.TryRead(out var record));
            Assert.Equal(i + 1, record.Sequence.Value);
        }

        Assert.Equal(60, log.ReadAll().Count);
        Assert.Equal(0, log.Log.LostRecords);
    }

    [Fact]
    public unsafe void Of_bad_sectors_in_a_row_one_that_stays_bad_is_read_once()
    {
        var disk = new SimulatedDisk(new Random(1));
        var content = new byte[6 * SectorSizeBytes];
        content.AsSpan().Fill(7);
        disk.Replace("/file", content);
        disk.UnreadableByte = 3 * SectorSizeBytes;
        using var file = new CountingFile(disk.Open("/file"));
        var copy = new byte[content.Length];
        var unreadable = new UnreadableSectors();
        for (var sector = 1; sector < 5; sector++)
        {
            unreadable.Add(sector * SectorSizeBytes);
        }

        fixed (byte* address = copy)
        {
            var segment = new CopiedSegment(address, copy.Length, unreadable, copy.Length);
            Assert.Throws<IOException>(() => Complete(segment, file, 2 * SectorSizeBytes));
            Assert.Equal((1, 3, 2), (segment.AdditionCount, unreadable.Count, file.ReadCount));
            Assert.Equal(2 * SectorSizeBytes, copy.AsSpan().IndexOf((byte)7));
            Assert.Equal(SectorSizeBytes, copy.AsSpan().Count((byte)7));

            disk.UnreadableByte = null;
            Complete(segment, file, 0);
            Assert.Equal((4, 0, 5), (segment.AdditionCount, unreadable.Count, file.ReadCount));
            Assert.Equal(4 * SectorSizeBytes, copy.AsSpan().Count((byte)7));
        }
    }

    [Fact]
    public unsafe void What_is_read_of_a_file_that_is_another_by_then_is_not_taken_over()
    {
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace("/file", new byte[] { 1, 2, 3, 4 });
        using var file = disk.Open("/file");
        var copy = new byte[4];
        var unreadable = new UnreadableSectors();
        unreadable.Add(0);
        var looks = 0;
        fixed (byte* address = copy)
        {
            var segment = new CopiedSegment(address, copy.Length, unreadable, end: 2);
            segment.Complete(file, 0, 4, 4, change =>
            {
                // The file goes while it is read.
                var isThere = looks++ % 2 == 0 && looks < 5;
                if (isThere)
                {
                    change();
                }

                return isThere;
            });
            Assert.Equal((0, 1), (segment.AdditionCount, unreadable.Count));
            Assert.Equal(new byte[4], copy);
        }
    }

    private static void Complete(CopiedSegment segment, IDiskFile file, int start) =>
        segment.Complete(file, start, 5 * SectorSizeBytes, 0, change =>
        {
            change();
            return true;
        });

    private static void ReadToGap(LogReader reader)
    {
        LogReadStep step;
        while ((step = reader.Read(out _)) == LogReadStep.Record)
        {
            // Up to what the device cannot read.
        }

        Assert.Equal((LogReadStep.Gap, LogGapReason.Damaged), (step, reader.Gap.Reason));
    }

    private static OpenLog OpenSpoiled(SimulatedDisk disk, ShardLogOptions options)
    {
        (disk.UnreadablePath, disk.UnreadableByte) = (First, (5 * SectorSizeBytes) + 10);
        return new OpenLog(disk, options);
    }

    /// <summary>One segment, not stopped.</summary>
    private static (SimulatedDisk Disk, ShardLogOptions Options, SortedDictionary<long, string> Written) Killed(
        bool isEncrypted)
    {
        var disk = new SimulatedDisk(new Random(1));
        var options = isEncrypted ? EncryptionTests.Options(TestKeys.OnlyOld) : OpenLog.Options();
        var written = new SortedDictionary<long, string>();
        using var log = new OpenLog(disk, options);
        while (written.Count < 60)
        {
            var value = $"{written.Count} {new string('x', 500)}";
            written.Add(log.AppendAcknowledged(value).Value, value);
        }

        return (disk, options, written);
    }

    private sealed class CountingFile(IDiskFile file) : FileAround(file)
    {
        public int ReadCount { get; private set; }

        public override int Read(long offset, Span<byte> bytes)
        {
            ReadCount++;
            return base.Read(offset, bytes);
        }
    }
}
