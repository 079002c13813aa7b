using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// What a device could not read for a while is read again: by readers that come later, and by those that stand in a copy
/// which was made meanwhile.
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

    [Fact]
    public void Of_bad_sectors_in_a_row_one_that_stays_bad_is_read_once()
    {
        var disk = new SimulatedDisk(new Random(1));
        var content = new byte[6 * SectorSizeBytes];
        content.AsSpan().Fill(7);
        disk.Replace("/file", content);
        disk.UnreadableByte = 3 * SectorSizeBytes;
        using var file = disk.Open("/file");
        var copy = new byte[content.Length];
        var unreadable = new UnreadableSectors();
        for (var sector = 1; sector < 5; sector++)
        {
            unreadable.Add(sector * SectorSizeBytes);
        }

        unreadable.ReadAgain(file, copy, 2 * SectorSizeBytes, 5 * SectorSizeBytes);

        Assert.Equal((1, 3), (unreadable.ReadAgainCount, unreadable.Count));
        Assert.Equal(2 * SectorSizeBytes, copy.AsSpan().IndexOf((byte)7));
        Assert.Equal(SectorSizeBytes, copy.AsSpan().Count((byte)7));

        disk.UnreadableByte = null;
        unreadable.ReadAgain(file, copy, 0, copy.Length);

        Assert.Equal((4, 0), (unreadable.ReadAgainCount, unreadable.Count));
        Assert.Equal(4 * SectorSizeBytes, copy.AsSpan().Count((byte)7));
    }

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
}
