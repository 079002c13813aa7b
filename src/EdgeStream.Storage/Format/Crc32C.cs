using System.Buffers.Binary;
using System.Numerics;

namespace EdgeStream.Storage;

/// <summary>
/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected; RFC 3720 appendix B.4) by the CPU's instructions.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of the bytes: initial value and final inversion are all ones.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>Continues a running state (not yet inverted) over more bytes.</summary>
    internal static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }
}
