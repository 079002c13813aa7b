using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>A ZIP archive of one deflated entry (PKWARE's APPNOTE.TXT 6.3).</summary>
/// <remarks>The lengths and the checksum stand behind the data and in the directory, so that nothing is held back; the
/// entry's date is 1 January 1980, so that the same records give the same bytes.</remarks>
internal sealed class ZipStream : PackingStream
{
    private const uint LocalMark = 0x04034B50;
    private const uint DescriptorMark = 0x08074B50;
    private const uint EntryMark = 0x02014B50;
    private const uint EndMark = 0x06054B50;
    private const ushort Version = 20;

    /// <summary>Bit 3: the lengths follow the data; bit 11: the name is UTF-8.</summary>
    private const ushort Flags = (1 << 3) | (1 << 11);

    private const ushort Deflated = 8;
    private const ushort FirstDate = (1 << 5) | 1;
    private const int LocalBytes = 30;
    private const int DescriptorBytes = 16;
    private const int EntryBytes = 46;
    private const int EndBytes = 22;

    private readonly Stream _output;
    private readonly byte[] _name;
    private readonly long _start;
    private readonly DeflateStream _deflate;
    private uint _crc;
    private long _length;

    /// <summary>Begins an archive.</summary>
    /// <param name="output">Where it goes; its length tells how much was written.</param>
    /// <param name="entryName">The name of the entry.</param>
    public ZipStream(Stream output, string entryName)
    {
        _output = output;
        _name = Encoding.UTF8.GetBytes(entryName);
        Span<byte> header = stackalloc byte[LocalBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, LocalMark);
        WriteCommon(header[4..], 0, 0);
        output.Write(header);
        output.Write(_name);
        _start = output.Length;
        _deflate = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _crc = Crc32.Compute(buffer, _crc);
        _length += buffer.Length;
        _deflate.Write(buffer);
    }

    /// <inheritdoc/>
    protected override void End()
    {
        _deflate.Dispose();
        var packed = checked((uint)(_output.Length - _start));
        Span<byte> bytes = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, DescriptorMark);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], _crc);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], packed);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], checked((uint)_length));
        _output.Write(bytes[..DescriptorBytes]);
        var directory = checked((uint)_output.Length);
        bytes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, EntryMark);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Version);
        WriteCommon(bytes[6..], packed, checked((uint)_length));
        _output.Write(bytes);
        _output.Write(_name);
        var directoryBytes = checked((uint)_output.Length) - directory;
        bytes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, EndMark);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], directoryBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], directory);
        _output.Write(bytes[..EndBytes]);
    }

    /// <summary>What both headers have, from the version that is needed to the length of the name.</summary>
    private void WriteCommon(Span<byte> bytes, uint packed, uint length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Deflated);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], FirstDate);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[10..], _crc);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[14..], packed);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[18..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[22..], (ushort)_name.Length);
    }
}
