using System.Buffers;
using System.Buffers.Binary;

namespace EdgeStream.Delivery;

/// <summary>Snappy in the two containers that Firehose has.</summary>
/// <remarks>
/// <para>Firehose's <c>Snappy</c> is the stream of snappy-java (github.com/xerial/snappy-java): 16 bytes
/// <c>82 'SNAPPY' 00</c>, version 1, oldest version 1, then blocks of 4 bytes length and a Snappy block. It is not
/// Google's framing format. <c>HADOOP_SNAPPY</c> is that of Hadoop's BlockCompressorStream: blocks of 4 bytes length
/// before compression, 4 bytes length after it, and a Snappy block. Numbers are big-endian.</para>
/// <para>Blocks hold 64 KiB. Memory: about 180 KiB.</para>
/// </remarks>
internal sealed class SnappyStream(Stream output, bool isHadoop) : PackingStream
{
    private readonly SnappyEncoder _encoder = new();
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(SnappyEncoder.PieceBytes);
    private readonly byte[] _packed = ArrayPool<byte>.Shared.Rent(SnappyEncoder.SizeBytesMax(SnappyEncoder.PieceBytes));
    private int _length;
    private bool _isBegun;

    private static ReadOnlySpan<byte> JavaHeader =>
        [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1];

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var part = Math.Min(buffer.Length, SnappyEncoder.PieceBytes - _length);
            buffer[..part].CopyTo(_block.AsSpan(_length));
            buffer = buffer[part..];
            _length += part;
            if (_length == SnappyEncoder.PieceBytes)
            {
                WriteBlock();
            }
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        WriteBlock();
        ArrayPool<byte>.Shared.Return(_block);
        ArrayPool<byte>.Shared.Return(_packed);
    }

    private void WriteBlock()
    {
        if (!_isBegun && !isHadoop)
        {
            output.Write(JavaHeader);
        }

        _isBegun = true;
        if (_length == 0)
        {
            return;
        }

        var size = _encoder.Compress(_block.AsSpan(0, _length), _packed);
        if (isHadoop)
        {
            WriteNumber(_length);
        }

        WriteNumber(size);
        output.Write(_packed.AsSpan(0, size));
        _length = 0;
    }

    private void WriteNumber(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        output.Write(bytes);
    }
}
