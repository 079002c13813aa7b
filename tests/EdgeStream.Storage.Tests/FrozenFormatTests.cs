using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>The bytes on disk. A change here makes every log in the field unreadable: add a version instead.</summary>
public sealed class FrozenFormatTests
{
    private const string HeaderHex =
        "454447454C4F470001004000000001002A00000000000000"
        + "40E20100000000000807060504030201EFBEADDE0300000015CD5B0700000000";

    /// <summary>Computed by hand from the table in the room's README, not by this program.</summary>
    private const string EntriesHex =
        "25012A0000000000000040420F0000000000F401000000000000030000002900000000000000B73A41D70C020000036B"
        + "657976616C756512CD6CFE090301AC02D704016B76921DB486";

    /// <summary>Computed by hand as well.</summary>
    private const string IndexHex =
        "454447454944580001000000010000000807060504030201630000000000000000100000000000002A00000000000000"
        + "070000000000000040000000623F5609";

    [Fact]
    public void The_segment_header_has_the_documented_bytes()
    {
        var bytes = new byte[SegmentHeader.SizeBytes];
        var header = new SegmentHeader(
            65_536, new SequenceNumber(42), new Timestamp(123_456), 0x0102030405060708, 0xDEADBEEF, 3, 123_456_789);
        var checksum = header.Write(bytes);
        Assert.Equal(HeaderHex, Convert.ToHexString(bytes.AsSpan(0, 56)));
        Assert.Equal(Crc32C.Compute(bytes.AsSpan(0, 60)), checksum);
        Assert.Equal(SegmentHeaderStatus.Valid, SegmentHeader.Read(bytes, out var read));
        Assert.Equal(header, read);
    }

    [Fact]
    public void Entries_have_the_documented_bytes()
    {
        var buffer = new BatchBuffer();
        buffer.Reset(0x0102030405060708, 64, 0x11223344);
        buffer.AddBase(new BaseEntry(new SequenceNumber(42), new Timestamp(1_000_000), 500, 3, new SequenceNumber(41)));
        buffer.AddRecord(new SequenceNumber(42), 500, null, "key"u8, "value"u8);
        buffer.AddRecord(new SequenceNumber(43), 800, new Timestamp(1_000_000), "k"u8, "v"u8);
        Assert.Equal(EntriesHex, Convert.ToHexString(buffer.Entries));
    }

    [Fact]
    public void The_checksum_is_crc_32c() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void The_index_file_has_the_documented_bytes()
    {
        var index = new SegmentIndex(
            0x0102030405060708,
            4096,
            new SequenceNumber(99),
            [new IndexPoint(new SequenceNumber(42), new Timestamp(7), 64)]);
        var bytes = index.ToBytes();
        Assert.Equal(IndexHex, Convert.ToHexString(bytes));
        var read = SegmentIndex.TryRead(bytes, index.Salt);
        Assert.NotNull(read);
        Assert.Equal(index.LastSequence, read.LastSequence);
        Assert.Equal(index.Points, read.Points);
        Assert.Null(SegmentIndex.TryRead(bytes, index.Salt + 1));
    }

    [Fact]
    public void A_log_written_by_version_1_still_opens_with_every_record()
    {
        var disk = new SimulatedDisk(new Random(1));
        foreach (var path in Directory.GetFiles(DataFolder))
        {
            disk.Replace($"{OpenLog.Folder}/{Path.GetFileName(path)}", File.ReadAllBytes(path));
        }

        using var log = new OpenLog(disk);
        var found = log.ReadAll();
        Assert.Equal(120, found.Count);
        Assert.All(
            found, record => Assert.StartsWith($"reading {record.Key} ", record.Value, StringComparison.Ordinal));
        Assert.Equal(new SequenceNumber(121), log.Append("goes on"));
    }

    [Fact]
    public void A_state_written_by_version_1_still_opens()
    {
        var disk = new SimulatedDisk(new Random(1));
        foreach (var path in Directory.GetFiles(Path.Combine(DataFolder, "state")))
        {
            disk.Replace($"{OpenLog.Folder}/{Path.GetFileName(path)}", File.ReadAllBytes(path));
        }

        using var log = new OpenLog(disk, StateStore.LogOptions(OpenLog.Folder));
        var state = StateStore.Load(log.Log);
        var keys = state.List("").Select(entry => entry.Key);
        Assert.Equal(["consumers/readings/local/shardId-000000000000", "name"], keys);
        Assert.True(state.TryGet("name", out var value));
        Assert.Equal("kept", Encoding.UTF8.GetString(value.Span));
    }

    private static string DataFolder => Path.Combine(AppContext.BaseDirectory, "data", "storage-v1");
}
