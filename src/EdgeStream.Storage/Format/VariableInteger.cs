using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>
/// Unsigned integers in groups of seven bits, lowest first, the top bit set on all bytes but the last (LEB128).
/// </summary>
internal static class VariableInteger
{
    /// <summary>The longest encoding: ceil(64 / 7) bytes.</summary>
    internal const int SizeBytesMax = 10;

    /// <summary>Writes the value and returns the number of bytes, 1 to 10. The target has room for it.</summary>
    internal static int Write(Span<byte> target, ulong value)
    {
        var count = 0;
        while (value >= 0x80)
        {
            target[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[count++] = (byte)value;
        return count;
    }

    /// <summary>Writes the value in exactly this number of bytes, which is at least what it needs.</summary>
    internal static void WriteWide(Span<byte> target, ulong value, int sizeBytes)
    {
        for (var i = 0; i < sizeBytes - 1; i++)
        {
            target[i] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[sizeBytes - 1] = (byte)value;
    }

    /// <summary>Writes the value and returns the place behind it. The target has room for it: nothing checks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref byte Write(ref byte target, ulong value)
    {
        while (value >= 0x80)
        {
            target = (byte)(value | 0x80);
            target = ref Unsafe.Add(ref target, 1);
            value >>= 7;
        }

        target = (byte)value;
        return ref Unsafe.Add(ref target, 1);
    }

    /// <summary>The number of bytes that a value takes: one for each seven bits, and one for zero.</summary>
    /// <remarks>(9 n + 73) / 64 is n / 7 + 1 for every index n of the highest bit, 0 to 63.</remarks>
    internal static int SizeOf(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) >> 6;

    /// <summary>Reads a value at the start of the source; false if it is cut off or longer than 64 bits.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int sizeBytes)
    {
        value = 0;
        sizeBytes = 0;
        var end = Math.Min(source.Length, SizeBytesMax);
        while (sizeBytes < end)
        {
            var part = source[sizeBytes];
            value |= (ulong)(part & 0x7F) << (7 * sizeBytes++);
            if (part < 0x80)
            {
                return sizeBytes < SizeBytesMax || part <= 1;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads a value at an offset and moves the offset behind it; false if it does not end before an end.
    /// </summary>
    /// <remarks>At least two readable bytes stand behind the end.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryTake(ref byte start, ref int offset, int end, out ulong value)
    {
        uint first = Unsafe.Add(ref start, offset);
        if (first < 0x80)
        {
            value = first;
            return ++offset <= end;
        }

        uint second = Unsafe.Add(ref start, offset + 1);
        if (second < 0x80)
        {
            value = (first & 0x7F) | (second << 7);
            offset += 2;
            return offset <= end;
        }

        (value, offset) = TakeLong(ref start, offset, end);
        return offset <= end;
    }

    /// <summary>Maps signed to unsigned so that small magnitudes stay small: 0, -1, 1, -2 become 0, 1, 2, 3.</summary>
    internal static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>The inverse of <see cref="ZigZag"/>.</summary>
    internal static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>The value at an offset and the place behind it, which is behind any end where there is none.</summary>
    /// <remarks>Returned in registers: a caller's variables that were passed by reference would not stay
    /// there.</remarks>
    private static (ulong Value, int Offset) TakeLong(ref byte start, int offset, int end)
    {
        var rest = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref start, offset), Math.Max(0, end - offset));
        return TryRead(rest, out var value, out var size) ? (value, offset + size) : (0, int.MaxValue);
    }
}
