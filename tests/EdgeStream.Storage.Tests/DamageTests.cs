using System.Buffers.Binary;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>A small log cut at every byte, and with every byte flipped, opens and tells no lie.</summary>
public sealed class DamageTests
{
    private const string Path = OpenLog.Folder + "/00000000000000000001.log";
    private const int CommitCount = 6;
    private const int HeaderSizeBytes = SegmentHeader.SizeBytes;

    [Fact]
    public void A_log_cut_off_at_any_byte_opens_with_the_records_before_the_cut()
    {
        var (content, ends) = WriteLog();
        for (var cut = 0; cut <= ends[^1]; cut++)
        {
            var damaged = content.ToArray();
            damaged.AsSpan(cut).Clear();
            using var log = OpenWith(damaged);
            var whole = ends.Count(end => end <= cut || content[cut..end].All(value => value == 0));
            var found = log.ReadAll();
            Assert.Equal(whole, found.Count);
            AssertTrue(found);

            // Without its header, of which one byte is put right, a file may have held any number: none of them is
            // given out again.
            var next = log.Append("after");
            var isRight = cut < HeaderSizeBytes - 1 ? next.Value > CommitCount : next.Value == whole + 1;
            Assert.True(isRight, $"{cut}: {next}");
        }
    }

    [Fact]
    public void A_flipped_byte_is_never_read_as_a_record_and_costs_at_most_its_frame_and_the_next_record()
    {
        var (content, ends) = WriteLog();
        for (var at = 0; at < ends[^1]; at++)
        {
            var damaged = content.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            using var log = OpenWith(damaged);
            var found = log.ReadAll();
            AssertTrue(found);
            AssertContained(at, ends, found);
        }
    }

    [Fact]
    public void A_zeroed_sector_in_the_middle_is_a_gap_and_the_log_goes_on_behind_it()
    {
        var (content, ends) = WriteLog();
        content.AsSpan(ends[1] + 3, ends[2] - ends[1]).Clear();
        using var log = OpenWith(content);
        var found = log.ReadAll();
        AssertTrue(found);
        Assert.Contains(1, found.Keys);
        Assert.Contains(CommitCount, found.Keys);
        Assert.True(log.Log.LostRecords is 1 or 2, $"lost {log.Log.LostRecords}");
        Assert.Contains("damage inside", Assert.Single(log.Log.RecoveryFindings), StringComparison.Ordinal);
        Assert.Equal(new SequenceNumber(CommitCount + 1), log.Append("after"));
    }

    [Fact]
    public void A_hole_of_zeros_that_begins_between_two_records_does_not_stop_a_reader()
    {
        var (content, ends) = WriteLog();
        content.AsSpan(ends[1], ends[2] - ends[1]).Clear();
        using var log = OpenWith(content);
        Assert.Contains(CommitCount, log.ReadAll().Keys);
    }

    [Fact]
    public void A_file_that_has_become_empty_is_set_aside_and_its_numbers_are_not_given_out_again()
    {
        var (content, _) = WriteLog();
        foreach (var left in (int[])[0, 1, HeaderSizeBytes - 1])
        {
            var disk = new SimulatedDisk(new Random(1));
            disk.Replace(Path, content.AsSpan(0, left));
            using var log = new OpenLog(disk);
            Assert.True(log.AppendAcknowledged("after").Value > CommitCount);
            Assert.Equal(content[..left], disk.TryRead(Path + ".damaged"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_last_file_that_has_become_zeros_is_a_gap_and_its_numbers_are_not_given_out_again(bool isClosed)
    {
        var disk = new SimulatedDisk(new Random(1));
        SequenceNumber newest;
        string path;
        using (var log = new OpenLog(disk))
        {
            while (log.Log.Segments.Length < 3)
            {
                log.AppendAcknowledged(new string('x', 1000));
            }

            log.AppendAcknowledged("the last");
            newest = log.Log.NewestSequence;
            path = log.Log.Segments[^1].Path;
            if (isClosed)
            {
                log.Close();
            }
        }

        disk.BytesOf(path).Clear();
        using var again = new OpenLog(disk);
        var after = again.AppendAcknowledged("after");

        Assert.True(after > newest, $"{after} follows {newest}");
        Assert.Contains(again.Log.RecoveryFindings, finding => finding.Contains("set aside", StringComparison.Ordinal));
        using var reader = again.Log.OpenReader(newest);
        Assert.Equal(LogReadStep.Gap, reader.Read(out _));
        Assert.Equal((newest, after.Previous), (reader.Gap.First, reader.Gap.Last));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_set_aside_and_its_numbers_are_not_given_out_again()
    {
        var (content, _) = WriteLog();
        content.AsSpan(0, 300).Fill(0xA5);
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace(Path, content);
        using var log = new OpenLog(disk);
        Assert.True(log.AppendAcknowledged("after").Value > CommitCount);
        Assert.Equal(content, disk.TryRead(Path + ".damaged"));
    }

    [Fact]
    public void A_file_is_set_aside_on_a_full_disk_too_and_its_numbers_stay_taken_when_there_is_room_again()
    {
        var (content, _) = WriteLog();
        content.AsSpan(0, 300).Fill(0xA5);
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace(Path, content);

        // There is no room for the segment in which the log goes on.
        disk.OperationsUntilFull = 0;
        Assert.Throws<DiskFullException>(() => new OpenLog(disk));
        Assert.Equal(content, disk.TryRead(Path + ".damaged"));

        disk.OperationsUntilFull = int.MaxValue;
        using var log = new OpenLog(disk);
        Assert.True(log.AppendAcknowledged("after").Value > CommitCount);
    }

    [Fact]
    public void A_file_between_others_is_set_aside_on_a_full_disk_and_the_log_opens()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk))
        {
            while (log.Log.Segments.Length < 3)
            {
                log.AppendAcknowledged(new string('v', 9000));
            }
        }

        var hit = disk.List(OpenLog.Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).ElementAt(1);
        disk.Delete($"{OpenLog.Folder}/{System.IO.Path.ChangeExtension(hit, ".index")}");
        disk.BytesOf($"{OpenLog.Folder}/{hit}").Fill(0xA5);
        disk.OperationsUntilFull = 0;

        using var opened = new OpenLog(disk);
        Assert.Contains("set aside", Assert.Single(opened.Log.RecoveryFindings), StringComparison.Ordinal);
        Assert.NotEmpty(opened.ReadAll());
    }

    [Fact]
    public void A_log_of_another_format_version_is_refused_and_not_touched()
    {
        var disk = new SimulatedDisk(new Random(1));
        var header = new byte[SegmentHeader.SizeBytes];
        new SegmentHeader(OpenLog.SegmentSizeBytes, SequenceNumber.First, default, 1, 0, 1, 0).Write(header);
        header[8] = 3;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(60), Crc32C.Compute(header.AsSpan(0, 60)));
        using var file = disk.Create(Path, OpenLog.SegmentSizeBytes);
        file.Write(0, header);
        var before = disk.BytesOf(Path).ToArray();

        var error = Assert.Throws<IOException>(() => new OpenLog(disk));

        Assert.Contains("another version", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, disk.BytesOf(Path).ToArray());
    }

    /// <summary>
    /// A log of several commits of one record each; returns its bytes and where each record's entry ends.
    /// </summary>
    private static (byte[] Content, List<int> Ends) WriteLog()
    {
        var disk = new SimulatedDisk(new Random(1));
        var ends = new List<int>();
        using var log = new OpenLog(disk);
        for (var i = 1; i <= CommitCount; i++)
        {
            log.AppendAcknowledged($"record {i}");
            ends.Add((int)log.Log.UsedBytes);
        }

        return (disk.BytesOf(Path).ToArray(), ends);
    }

    private static OpenLog OpenWith(byte[] content)
    {
        var disk = new SimulatedDisk(new Random(1));
        using var file = disk.Create(Path, content.Length);
        file.Write(0, content);
        file.Sync();
        return new OpenLog(disk);
    }

    private static void AssertTrue(SortedDictionary<long, string> found)
    {
        foreach (var (sequence, value) in found)
        {
            Assert.Equal($"record {sequence}", value);
        }
    }

    private static void AssertContained(int at, List<int> ends, SortedDictionary<long, string> found)
    {
        var hit = ends.FindIndex(end => end > at) + 1;
        for (var sequence = 1; sequence <= ends.Count; sequence++)
        {
            // The record that was hit, the next one if it was the checksum, and, at the end, what nothing vouches for.
            var mayBeLost = sequence == hit || sequence == hit + 1 || (hit >= CommitCount - 1 && sequence >= hit);
            Assert.True(mayBeLost || found.ContainsKey(sequence), $"byte {at} took record {sequence}, and hit {hit}");
        }
    }
}
