using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>The bytes of an encrypted segment, which open for ever.</summary>
public sealed class EncryptionFormatTests
{
    private const string SegmentHex =
        "454447454C4F47000200C00000000100010000000000000028654DE4CD600600A6D8015EFBDBF3890000000001000000"
        + "FDF21D5D03000000020000007211F657390B9ABD8662029EDD35D91B77F3AABD6D3A6F56CC90C64838369AD869B11489"
        + "F3FE3C3516AEC56794CE213138B3B3D847C4AE8E2C8510B180F0202D560A4800FD77CC3C043230323500000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000066C569C9"
        + "2501010000000000000036E44DE4CD6006001C721E5D030000000100000000000000000000001DEED4F8A98080800006"
        + "2B574BE43A5C9DD7D681F53D6267F4161768C8DFDE3A9FD776839C7B9302954349AC4C5051B51DF60CC6547025010200"
        + "000000000000F31F4EE4CD60060040AD1E5D030000000100000001000000000000008C1136E3CC80808000062C574BE4"
        + "3A5C9DD7D681F53D1FB8976354E62C576EA6332F1717D6076BD8F2A033B5D76E5537825BB68376652EFC6415EC349260"
        + "4C48C967E89F0AC31BC0F6E48BC31981E24CE1810855F600BADCFB";

    private const string IndexHex =
        "45444745494458000200000001000000A6D8015EFBDBF38903000000000000009B010000040000000100000000000000"
        + "36E44DE4CD600600C000000000000000CBEE93E85272AC1D7079F3A4262B82C5C814581996E9A36D26F06CDE1E29003A"
        + "A7C7C0AB9EF54FC7D7";

    private const int FirstFrame = 192;
    private const int SecondFrame = 284;

    [Fact]
    public void An_old_encrypted_segment_opens_with_its_key()
    {
        var disk = Disk(hasIndex: false);
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        Assert.Equal(["first", "second", "third"], log.ReadAll().Values);
        Assert.True(log.Log.TryGetCheckpoint("place", out var value));
        Assert.Equal("3"u8, value.Span);
        Assert.Empty(log.Log.RecoveryFindings);
    }

    [Fact]
    public void An_old_index_gives_back_the_checkpoints_that_it_hides()
    {
        var bytes = Convert.FromHexString(IndexHex);
        Assert.True(bytes.AsSpan().IndexOf("place"u8) < 0);
        SegmentHeader.Read(Convert.FromHexString(SegmentHex), out var header);
        var cipher = SegmentKeys.Open(Convert.FromHexString(SegmentHex), header, TestKeys.OnlyOld);
        var index = SegmentIndex.TryRead(bytes, header.Salt, cipher)!;
        Assert.True(index.Checkpoints!.TryGet("place", out var value));
        Assert.Equal("3"u8, value.Span);
        Assert.Null(SegmentIndex.TryRead(bytes, header.Salt)!.Checkpoints);
        using var log = new OpenLog(Disk(hasIndex: true), EncryptionTests.Options(TestKeys.OnlyOld));
        Assert.True(log.Log.TryGetCheckpoint("place", out _));
        Assert.Equal(3, log.Log.NewestSequence.Value);
    }

    /// <summary>By the offsets of the room's README, and nothing of the code that writes them.</summary>
    [Fact]
    public void The_bytes_are_the_documented_ones()
    {
        var file = Convert.FromHexString(SegmentHex);
        Assert.Equal(192, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(10)));
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(56)));
        Assert.Equal("2025", Encoding.ASCII.GetString(file, 133, file[132]));
        Assert.Equal(
            Crc32C.Compute(file.AsSpan(0, 188)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(188)));
        var masterKey = new byte[32];
        for (var i = 0; i < masterKey.Length; i++)
        {
            masterKey[i] = (byte)(1 + (7 * i));
        }

        Assert.Equal(
            SHA256.HashData([.. "EdgeStream key id"u8, .. masterKey]).AsSpan(0, 8), file.AsSpan(64, 8));
        var dataKey = new byte[32];
        using (var master = new AesGcm(masterKey, 16))
        {
            byte[] bound = [.. "EDGEKEY\0"u8, .. file.AsSpan(32, 8), .. file.AsSpan(16, 8)];
            master.Decrypt(file.AsSpan(72, 12), file.AsSpan(84, 32), file.AsSpan(116, 16), dataKey, bound);
        }

        using var data = new AesGcm(dataKey, 16);
        Assert.Contains("first", Open(data, file.AsSpan(FirstFrame..SecondFrame)), StringComparison.Ordinal);
        var second = Open(data, file.AsSpan(SecondFrame));
        Assert.Contains("place", second, StringComparison.Ordinal);
        Assert.Contains("second", second, StringComparison.Ordinal);
        Assert.Contains("third", second, StringComparison.Ordinal);
    }

    private static string Open(AesGcm data, ReadOnlySpan<byte> frame)
    {
        var entry = frame[42..];
        Assert.True(VariableInteger.TryRead(entry, out var length, out var lengthSize));
        Assert.Equal(5, lengthSize);
        Assert.Equal(entry.Length - 5 - 4, (int)length);
        Assert.Equal(6, entry[5]);
        var text = new byte[entry.Length - 34 - 4];
        data.Decrypt(entry.Slice(6, 12), entry[34..^4], entry.Slice(18, 16), text, frame.Slice(1, 37));
        return Encoding.Latin1.GetString(text);
    }

    private static SimulatedDisk Disk(bool hasIndex)
    {
        var disk = new SimulatedDisk(new Random(1));
        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);
        var file = new byte[48 << 10];
        Convert.FromHexString(SegmentHex).CopyTo(file, 0);
        disk.Replace(path, file);
        if (hasIndex)
        {
            disk.Replace(Path.ChangeExtension(path, ".index"), Convert.FromHexString(IndexHex));
        }

        return disk;
    }
}
