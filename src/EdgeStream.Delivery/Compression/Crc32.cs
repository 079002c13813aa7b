using System.Buffers.Binary;

namespace EdgeStream.Delivery;

/// <summary>CRC-32 of ISO 3309, as ZIP, gzip and AWS's event streams have it (polynomial 0xEDB88320), eight bytes a
/// step.</summary>
/// <remarks>Thread-safe.</remarks>
public static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Lanes = 8;
    private static readonly uint[] Table = CreateTable();

    /// <summary>The checksum of bytes that follow others.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="before">The checksum of what stands before them; 0 at the beginning.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var table = Table;
        var crc = ~before;
        while (bytes.Length >= Lanes)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(7 * 256) + (byte)low]
                ^ table[(6 * 256) + (byte)(low >> 8)]
                ^ table[(5 * 256) + (byte)(low >> 16)]
                ^ table[(4 * 256) + (byte)(low >> 24)]
                ^ table[(3 * 256) + (byte)high]
                ^ table[(2 * 256) + (byte)(high >> 8)]
                ^ table[256 + (byte)(high >> 16)]
                ^ table[(byte)(high >> 24)];
            bytes = bytes[Lanes..];
        }

        foreach (var value in bytes)
        {
            crc = table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] CreateTable()
    {
        var table = new uint[Lanes * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            }

            table[i] = value;
        }

        for (var i = 256; i < table.Length; i++)
        {
            var value = table[i - 256];
            table[i] = table[(byte)value] ^ (value >> 8);
        }

        return table;
    }
}
