using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>
/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected; RFC 3720 appendix B.4) by the CPU's instructions.
/// </summary>
public static class Crc32C
{
    private const int WordSizeBytes = sizeof(ulong);
    private const int FourWordsSizeBytes = 4 * WordSizeBytes;

    /// <summary>The part of a long run that one of three interleaved checksums takes at a time.</summary>
    private const int LaneSizeBytes = 256;

    private const int LaneCount = 3;

    private static readonly Crc32CShift LaneShift = new(LaneSizeBytes);

    /// <summary>The checksum of the bytes: initial value and final inversion are all ones.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <summary>Continues a running state (not yet inverted) over more bytes.</summary>
    internal static uint Append(uint state, ReadOnlySpan<byte> bytes) =>
        Append(state, ref MemoryMarshal.GetReference(bytes), bytes.Length);

    /// <summary>Continues a running state over bytes that the caller has checked to be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Append(uint state, ref byte start, int sizeBytes) =>
        sizeBytes < LaneCount * LaneSizeBytes
            ? AppendShort(state, ref start, sizeBytes)
            : AppendLong(state, ref start, sizeBytes);

    /// <remarks>
    /// The processor takes a new word in every cycle but needs three for each, so long runs are summed in three parts
    /// at once. Checksums are linear: a state moved over zeros, combined with the sum of the bytes from state zero, is
    /// the sum of both.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint AppendLong(uint state, ref byte start, int sizeBytes)
    {
        ref var at = ref start;
        var left = sizeBytes;
        for (; left >= LaneCount * LaneSizeBytes; left -= LaneCount * LaneSizeBytes)
        {
            uint second = 0;
            uint third = 0;
            for (var offset = 0; offset < LaneSizeBytes; offset += WordSizeBytes)
            {
                state = BitOperations.Crc32C(state, Load<ulong>(ref Unsafe.Add(ref at, offset)));
                second = BitOperations.Crc32C(second, Load<ulong>(ref Unsafe.Add(ref at, LaneSizeBytes + offset)));
                third = BitOperations.Crc32C(third, Load<ulong>(ref Unsafe.Add(ref at, (2 * LaneSizeBytes) + offset)));
            }

            state = LaneShift.Apply(LaneShift.Apply(state) ^ second) ^ third;
            at = ref Unsafe.Add(ref at, LaneCount * LaneSizeBytes);
        }

        return AppendShort(state, ref at, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint AppendShort(uint state, ref byte start, int sizeBytes)
    {
        // Four words a turn: for most records the loop costs more than the sum.
        ref var at = ref start;
        for (var left = sizeBytes / FourWordsSizeBytes; left > 0; left--)
        {
            state = BitOperations.Crc32C(state, Load<ulong>(ref at));
            state = BitOperations.Crc32C(state, Load<ulong>(ref Unsafe.Add(ref at, WordSizeBytes)));
            state = BitOperations.Crc32C(state, Load<ulong>(ref Unsafe.Add(ref at, 2 * WordSizeBytes)));
            state = BitOperations.Crc32C(state, Load<ulong>(ref Unsafe.Add(ref at, 3 * WordSizeBytes)));
            at = ref Unsafe.Add(ref at, FourWordsSizeBytes);
        }

        if ((sizeBytes & (2 * WordSizeBytes)) != 0)
        {
            state = BitOperations.Crc32C(state, Load<ulong>(ref at));
            state = BitOperations.Crc32C(state, Load<ulong>(ref Unsafe.Add(ref at, WordSizeBytes)));
            at = ref Unsafe.Add(ref at, 2 * WordSizeBytes);
        }

        if ((sizeBytes & WordSizeBytes) != 0)
        {
            state = BitOperations.Crc32C(state, Load<ulong>(ref at));
            at = ref Unsafe.Add(ref at, WordSizeBytes);
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
    internal static T Load<T>(ref byte source)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref source);
}
