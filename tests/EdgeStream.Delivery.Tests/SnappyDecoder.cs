using System.Buffers.Binary;

namespace EdgeStream.Delivery.Tests;

/// <summary>Expands Snappy blocks and Firehose's two containers of them, by their descriptions.</summary>
internal static class SnappyDecoder
{
    public static byte[] Expand(ReadOnlySpan<byte> block)
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = block[0];
            block = block[1..];
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                break;
            }
        }

        var output = new byte[length];
        var at = 0;
        while (!block.IsEmpty)
        {
            var tag = block[0];
            block = block[1..];
            if ((tag & 3) == 0)
            {
                var size = (tag >> 2) + 1;
                if (size > 60)
                {
                    var bytes = size - 60;
                    size = 1;
                    for (var i = 0; i < bytes; i++)
                    {
                        size += block[i] << (8 * i);
                    }

                    block = block[bytes..];
                }

                block[..size].CopyTo(output.AsSpan(at));
                block = block[size..];
                at += size;
                continue;
            }

            var isShort = (tag & 3) == 1;
            Assert.NotEqual(3, tag & 3);
            var copy = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
            var offset = isShort ? ((tag >> 5) << 8) | block[0] : BinaryPrimitives.ReadUInt16LittleEndian(block);
            block = block[(isShort ? 1 : 2)..];
            Assert.InRange(offset, 1, at);
            for (; copy > 0; copy--, at++)
            {
                output[at] = output[at - offset];
            }
        }

        Assert.Equal(length, at);
        return output;
    }

    public static byte[] ExpandStream(ReadOnlySpan<byte> stream, bool isHadoop)
    {
        if (!isHadoop)
        {
            Assert.Equal("82534E4150505900" + "00000001" + "00000001", Convert.ToHexString(stream[..16]));
            stream = stream[16..];
        }

        using var output = new MemoryStream();
        while (!stream.IsEmpty)
        {
            int? length = isHadoop ? BinaryPrimitives.ReadInt32BigEndian(stream) : null;
            stream = stream[(isHadoop ? 4 : 0)..];
            var size = BinaryPrimitives.ReadInt32BigEndian(stream);
            var block = Expand(stream.Slice(4, size));
            Assert.Equal(length ?? block.Length, block.Length);
            output.Write(block);
            stream = stream[(4 + size)..];
        }

        return output.ToArray();
    }
}
