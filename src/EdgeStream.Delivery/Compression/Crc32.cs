using System.Buffers.Binary;

namespace EdgeStream.Delivery;

/// <summary>CRC-32 as ZIP has it (polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Lanes = 8;
    private static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of bytes that follow others.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="before">The checksum of those before them; 0 where there are none.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint before)
    {
        var table = Table;
        var crc = ~before;
        for (; bytes.Length >= Lanes; bytes = bytes[Lanes..])
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = 0;
            for (var lane = 0; lane < Lanes; lane++)
            {
                crc ^= table[((Lanes - 1 - lane) << 8) | (byte)(eight >> (lane << 3))];
            }
        }

        foreach (var value in bytes)
        {
            crc = table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[Lanes << 8];
        for (var i = 0; i < table.Length; i++)
        {
            var value = i < 256 ? (uint)i : table[i - 256];
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * Polynomial);
            }

            table[i] = value;
        }

        return table;
    }
}
