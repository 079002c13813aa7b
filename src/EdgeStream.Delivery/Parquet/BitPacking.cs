using System.Buffers.Binary;

namespace EdgeStream.Delivery;

/// <summary>Packs numbers into as many bits as the largest needs, the lowest first.</summary>
internal static class BitPacking
{
    /// <summary>Bytes that so many numbers of so many bits take.</summary>
    public static int SizeBytes(int count, int width) => (int)((((long)count * width) + 7) >> 3);

    /// <summary>Adds numbers of 0 to 64 bits each.</summary>
    public static void Add(PooledBytes output, ReadOnlySpan<ulong> values, int width)
    {
        var target = output.Take(SizeBytes(values.Length, width));
        if (width == 0)
        {
            return;
        }

        var packed = 0UL;
        var bits = 0;
        foreach (var value in values)
        {
            packed |= value << bits;
            bits += width;
            if (bits >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target, packed);
                target = target[sizeof(ulong)..];
                bits -= 64;
                packed = bits == 0 ? 0 : value >> (width - bits);
            }
        }

        for (; bits > 0; bits -= 8)
        {
            target[0] = (byte)packed;
            target = target[1..];
            packed >>= 8;
        }
    }

    /// <summary>Adds numbers of at most 16 bits each.</summary>
    public static void Add(PooledBytes output, ReadOnlySpan<ushort> values, int width)
    {
        var target = output.Take(SizeBytes(values.Length, width));
        var packed = 0UL;
        var bits = 0;
        foreach (var value in values)
        {
            packed |= (ulong)value << bits;
            bits += width;
            if (bits >= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)packed);
                target = target[sizeof(uint)..];
                bits -= 32;
                packed >>= 32;
            }
        }

        for (; bits > 0; bits -= 8)
        {
            target[0] = (byte)packed;
            target = target[1..];
            packed >>= 8;
        }
    }
}
