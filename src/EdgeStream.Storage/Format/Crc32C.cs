using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>
/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected; RFC 3720 appendix B.4) by the CPU's instructions.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of the bytes: initial value and final inversion are all ones.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>Continues a running state (not yet inverted) over more bytes.</summary>
    internal static uint Append(uint state, ReadOnlySpan<byte> bytes) =>
        Append(state, ref MemoryMarshal.GetReference(bytes), bytes.Length);

    /// <summary>Continues a running state over bytes that the caller has checked to be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Append(uint state, ref byte start, int sizeBytes)
    {
        ref var at = ref start;
        for (var left = sizeBytes >> 3; left > 0; left--)
        {
            state = BitOperations.Crc32C(state, Load<ulong>(ref at));
            at = ref Unsafe.Add(ref at, sizeof(ulong));
        }

        if ((sizeBytes & sizeof(uint)) != 0)
        {
            state = BitOperations.Crc32C(state, Load<uint>(ref at));
            at = ref Unsafe.Add(ref at, sizeof(uint));
        }

        if ((sizeBytes & sizeof(ushort)) != 0)
        {
            state = BitOperations.Crc32C(state, Load<ushort>(ref at));
            at = ref Unsafe.Add(ref at, sizeof(ushort));
        }

        return (sizeBytes & 1) == 0 ? state : BitOperations.Crc32C(state, at);
    }

    /// <summary>Every platform of this program is little-endian, as the format is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Load<T>(ref byte source)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref source);
}
