using System.Buffers.Binary;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>The bytes on disk. A change here makes every log in the field unreadable: add a version instead.</summary>
public sealed class FrozenFormatTests
{
    /// <summary>All of it is computed by a script from the tables in the room's README, not by this program.</summary>
    private const string HeaderHex =
        "454447454C4F470002004000000001002A0000000000000040E20100000000000807060504030201EFBEADDE03000000"
        + "15CD5B0700000000010000009C1DAAD1";

    private const string HeaderVersion1Hex =
        "454447454C4F470001004000000001002A0000000000000040E20100000000000807060504030201EFBEADDE03000000"
        + "15CD5B0700000000000000002BDCB0E5";

    private const string BatchHex =
        "25012A0000000000000040420F0000000000F401000000000000030000002900000000000000B73A41D7140502020261"
        + "740107076772C3B6C39F65033230304C8FCAE10C020000036B657976616C756545EC9571090301AC02D704016B76B0E8"
        + "F7650305000013D3428B";

    private const string Index2Hex =
        "454447454944580002000000010000000807060504030201630000000000000000100000030000002A00000000000000"
        + "0700000000000000400000000DF0FECA01026174010770FB471E";

    /// <summary>Computed by hand from the table in the room's README, not by this program.</summary>
    private const string EntriesHex =
        "25012A0000000000000040420F0000000000F401000000000000030000002900000000000000B73A41D70C020000036B"
        + "657976616C756512CD6CFE090301AC02D704016B76921DB486";

    /// <summary>Computed by hand as well.</summary>
    private const string IndexHex =
        "454447454944580001000000010000000807060504030201630000000000000000100000000000002A00000000000000"
        + "070000000000000040000000623F5609";

    private static readonly SegmentHeader Header = new(
        65_536, new SequenceNumber(42), new Timestamp(123_456), 0x0102030405060708, 0xDEADBEEF, 3, 123_456_789);

    [Fact]
    public void The_segment_header_has_the_documented_bytes()
    {
        var bytes = new byte[SegmentHeader.SizeBytes];
        var header = Header with { Flags = SegmentFlags.Recycled };
        var checksum = header.Write(bytes);
        Assert.Equal(HeaderHex, Convert.ToHexString(bytes));
        Assert.Equal(Crc32C.Compute(bytes.AsSpan(0, 60)), checksum);
        Assert.Equal(SegmentHeaderStatus.Valid, SegmentHeader.Read(bytes, out var read));
        Assert.Equal(header, read);
        Assert.True(read.IsAppendable);
    }

    [Theory]
    [InlineData(0, "00000000")]
    [InlineData(1, "08000000")]
    [InlineData(4, "08030000")]
    [InlineData(8, "08070000")]
    public void The_segment_header_says_how_many_segments_before_it_were_unsynced(int count, string flagsHex)
    {
        var bytes = new byte[SegmentHeader.SizeBytes];
        (Header with { Flags = SegmentHeader.Behind(count) }).Write(bytes);
        Assert.Equal(flagsHex, Convert.ToHexString(bytes.AsSpan(56, 4)));
        Assert.Equal(SegmentHeaderStatus.Valid, SegmentHeader.Read(bytes, out var read));
        Assert.Equal(count, read.UnsyncedBefore);
    }

    [Fact]
    public void A_segment_header_of_version_1_is_read_and_its_segment_is_not_written_to()
    {
        var bytes = Convert.FromHexString(HeaderVersion1Hex);
        Assert.Equal(SegmentHeaderStatus.Valid, SegmentHeader.Read(bytes, out var read));
        Assert.Equal(Header with { Version = 1 }, read);
        Assert.False(read.IsAppendable);
    }

    [Fact]
    public void A_header_with_a_block_of_its_own_ends_with_the_checksum_of_all_of_it()
    {
        var bytes = new byte[100];
        var header = Header with { EntriesOffset = 96, Flags = SegmentFlags.Encrypted };
        header.Write(bytes);
        Assert.Equal(SegmentHeaderStatus.Damaged, SegmentHeader.Read(bytes, out _));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(92), Crc32C.Compute(bytes.AsSpan(0, 92)));
        Assert.Equal(SegmentHeaderStatus.Valid, SegmentHeader.Read(bytes, out var read));
        Assert.Equal(header, read);
    }

    [Fact]
    public void Batches_and_checkpoints_have_the_documented_bytes()
    {
        var buffer = new BatchBuffer(usualSizeBytesMax: 4096);
        LogCheckpoint[] checkpoints = [new("at", new byte[] { 7 }), new("größe", "200"u8.ToArray())];
        buffer.EnsureRoom(1000);
        buffer.AddBase(new BaseEntry(new SequenceNumber(42), new Timestamp(1_000_000), 500, 3, new SequenceNumber(41)));
        buffer.AddBatch(2, checkpoints);

        var bytes = buffer.ChainAndEntries;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 0x11223344);
        new EntrySealer(0x0102030405060708).Seal(bytes, 4, bytes.Length);
        Assert.StartsWith(Convert.ToHexString(bytes[4..]), BatchHex, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_checkpoints_and_records_are_read_from_the_documented_bytes()
    {
        var bytes = Convert.FromHexString("44332211" + BatchHex);
        var cursor = new EntryCursor(0x0102030405060708, 4, new SequenceNumber(41));
        Assert.Equal(EntryStep.Base, cursor.TryStep(bytes, bytes.Length, out _));
        Assert.Equal(EntryStep.Batch, cursor.TryStep(bytes, bytes.Length, out var batch));
        Assert.True(BatchEntry.TryRead(batch.Value, out var count, out var encoded));
        Assert.Equal(2, count);
        var checkpoints = new CheckpointMap();
        Assert.True(BatchEntry.TryReadCheckpoints(encoded, checkpoints));
        Assert.Equal(["at", "größe"], checkpoints.Checkpoints.ToArray().Select(checkpoint => checkpoint.Name));
        Assert.True(checkpoints.TryGet("größe", out var value));
        Assert.Equal("200"u8, value.Span);
        Assert.Equal(EntryStep.Record, cursor.TryStep(bytes, bytes.Length, out _));
        Assert.Equal(EntryStep.Record, cursor.TryStep(bytes, bytes.Length, out var record));
        Assert.Equal(43, record.Sequence.Value);
        Assert.Equal("v"u8, record.Value);
        Assert.Equal(EntryStep.Batch, cursor.TryStep(bytes, bytes.Length, out _));
        Assert.Equal(EntryStep.End, cursor.TryStep(bytes, bytes.Length, out _));
    }

    [Theory]
    [InlineData(6, "0104FA45999D")]
    [InlineData(133, "FF0004")]
    public void A_pad_of_any_size_has_the_documented_bytes_and_is_passed(int sizeBytes, string beginning)
    {
        var bytes = Convert.FromHexString("44332211" + BatchHex);
        var baseChecksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + 1 + 37));
        var padded = new byte[bytes.Length + sizeBytes];
        bytes.CopyTo(padded, 0);
        Assert.Equal(padded.Length, EntryFormat.WritePad(padded, bytes.Length, sizeBytes, baseChecksum));
        Assert.StartsWith(
            beginning, Convert.ToHexString(padded.AsSpan(bytes.Length)), StringComparison.Ordinal);
        var cursor = new EntryCursor(0x0102030405060708, 4, new SequenceNumber(41));
        while (cursor.Offset < bytes.Length)
        {
            Assert.NotEqual(EntryStep.Damaged, cursor.TryStep(padded, padded.Length, out _));
        }

        Assert.Equal(EntryStep.Pad, cursor.TryStep(padded, padded.Length, out _));
        Assert.Equal(padded.Length, cursor.Offset);
    }

    [Fact]
    public void A_pad_can_have_every_size_from_the_least_to_two_pages()
    {
        var bytes = new byte[9000];
        for (var size = EntryFormat.EntrySizeBytesMin; size <= 8192; size++)
        {
            Assert.Equal(4 + size, EntryFormat.WritePad(bytes, 4, size, 1));
            var bodySize = EntryFormat.BodySizeAt(bytes, 4, 4 + size, out var lengthSize);
            Assert.Equal(size, lengthSize + bodySize + EntryFormat.ChecksumSizeBytes);
        }
    }

    [Fact]
    public void Entries_have_the_documented_bytes()
    {
        var buffer = new BatchBuffer(usualSizeBytesMax: 4096);
        buffer.EnsureRoom(1000);
        buffer.AddBase(new BaseEntry(new SequenceNumber(42), new Timestamp(1_000_000), 500, 3, new SequenceNumber(41)));
        buffer.AddRecord(new SequenceNumber(42), 500, null, "key"u8, "value"u8);
        buffer.AddRecord(new SequenceNumber(43), 800, new Timestamp(1_000_000), "k"u8, "v"u8);

        var bytes = buffer.ChainAndEntries;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 0x11223344);
        Assert.Equal(bytes.Length, new EntrySealer(0x0102030405060708).Seal(bytes, 4, bytes.Length));
        Assert.Equal(EntriesHex, Convert.ToHexString(bytes[4..]));
    }

    [Fact]
    public void The_checksum_is_crc_32c() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void The_index_file_has_the_documented_bytes()
    {
        var checkpoints = new CheckpointMap();
        checkpoints.Set(new LogCheckpoint("at", new byte[] { 7 }));
        var index = new SegmentIndex(
            0x0102030405060708,
            4096,
            new SequenceNumber(99),
            [new IndexPoint(new SequenceNumber(42), new Timestamp(7), 64)],
            0xCAFEF00D,
            checkpoints,
            IsMark: true);
        var bytes = index.ToBytes();
        Assert.Equal(Index2Hex, Convert.ToHexString(bytes));
        var read = SegmentIndex.TryRead(bytes, index.Salt);
        Assert.NotNull(read);
        Assert.Equal(index.LastSequence, read.LastSequence);
        Assert.Equal(index.Points, read.Points);
        Assert.Equal(index.SegmentChecksum, read.SegmentChecksum);
        Assert.True(read.IsMark);
        Assert.Equal(checkpoints.Checkpoints.Length, read.Checkpoints!.Checkpoints.Length);
        Assert.Null(SegmentIndex.TryRead(bytes, index.Salt + 1));
    }

    [Fact]
    public void An_index_file_of_version_1_is_read()
    {
        var read = SegmentIndex.TryRead(Convert.FromHexString(IndexHex), 0x0102030405060708);
        Assert.NotNull(read);
        Assert.Equal(4096, read.EndOffset);
        Assert.Equal(99, read.LastSequence.Value);
        Assert.Equal([new IndexPoint(new SequenceNumber(42), new Timestamp(7), 64)], read.Points);
        Assert.Null(read.SegmentChecksum);
        Assert.False(read.IsMark);
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
        var version1 = disk.BytesOf(log.Log.Segments[^1].Path).ToArray();
        Assert.Equal(new SequenceNumber(121), log.Append("goes on"));
        Assert.Equal(1, log.Log.Segments[^2].Header.Version);
        Assert.Equal(2, log.Log.Segments[^1].Header.Version);
        Assert.StartsWith(
            Convert.ToHexString(disk.BytesOf(log.Log.Segments[^2].Path)),
            Convert.ToHexString(version1),
            StringComparison.Ordinal);
    }

    /// <summary>Made by a script, with batches, a pad, and an older segment's bytes behind the end.</summary>
    [Fact]
    public void A_log_of_version_2_that_this_program_did_not_write_opens_with_every_record()
    {
        var disk = new SimulatedDisk(new Random(1));
        var path = $"{OpenLog.Folder}/00000000000000000001.log";
        var content = File.ReadAllBytes(
            Path.Combine(AppContext.BaseDirectory, "data", "storage-v2", Path.GetFileName(path)));
        disk.Replace(path, content);
        Assert.Equal(SegmentHeaderStatus.Valid, SegmentHeader.Read(content, out var header));
        var scan = SegmentScan.Run(content, header, null, new SequenceNumber(long.MaxValue), isSealed: false);
        var checkpoints = scan.Checkpoints.Checkpoints.ToArray().Select(
            checkpoint => $"{checkpoint.Name} {Convert.ToHexString(checkpoint.Value.Span)}");
        Assert.Equal(["consumer/a 07", "consumer/b 6E6577"], checkpoints);

        using var log = new OpenLog(disk);
        var found = log.ReadAll();
        Assert.Equal(16, found.Count);
        Assert.All(
            found, record => Assert.StartsWith($"reading {record.Key}", record.Value, StringComparison.Ordinal));
        Assert.Empty(log.Log.RecoveryFindings);
        Assert.Equal(new SequenceNumber(17), log.AppendAcknowledged("goes on"));
        Assert.Equal(17, log.ReadAll().Count);
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
