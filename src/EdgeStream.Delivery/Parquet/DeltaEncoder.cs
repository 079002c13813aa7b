using System.Numerics;

namespace EdgeStream.Delivery;

/// <summary>Parquet's DELTA_BINARY_PACKED (<c>Encodings.md</c> of apache/parquet-format): blocks of 128 differences in
/// four miniblocks, each packed with the bits that it needs.</summary>
internal static class DeltaEncoder
{
    private const int BlockLength = 128;
    private const int MiniblockCount = 4;
    private const int MiniblockLength = BlockLength / MiniblockCount;
    private const int HeaderBytesMax = 20;

    /// <summary>About how many bytes the numbers take.</summary>
    public static long SizeBytes(ReadOnlySpan<long> values, bool isShort)
    {
        Span<ulong> deltas = stackalloc ulong[BlockLength];
        long size = HeaderBytesMax;
        for (var at = 1; at < values.Length; at += BlockLength)
        {
            var count = Difference(values, at, isShort, deltas, out _);
            size += sizeof(long) + MiniblockCount;
            for (var mini = 0; mini < count; mini += MiniblockLength)
            {
                size += MiniblockLength / 8 * WidthOf(deltas.Slice(mini, MiniblockLength));
            }
        }

        return size;
    }

    /// <summary>Adds numbers, of 32 bits where they are short, of 64 bits otherwise.</summary>
    public static void Add(PooledBytes output, ReadOnlySpan<long> values, bool isShort)
    {
        output.AddVarint(BlockLength);
        output.AddVarint(MiniblockCount);
        output.AddVarint((ulong)values.Length);
        output.AddZigzag(values.IsEmpty ? 0 : values[0]);
        Span<ulong> deltas = stackalloc ulong[BlockLength];
        Span<byte> widths = stackalloc byte[MiniblockCount];
        for (var at = 1; at < values.Length; at += BlockLength)
        {
            var count = Difference(values, at, isShort, deltas, out var least);
            output.AddZigzag(least);
            for (var mini = 0; mini < MiniblockCount; mini++)
            {
                widths[mini] = (byte)WidthOf(deltas.Slice(mini * MiniblockLength, MiniblockLength));
            }

            output.Add(widths);
            for (var mini = 0; mini * MiniblockLength < count; mini++)
            {
                BitPacking.Add(output, deltas.Slice(mini * MiniblockLength, MiniblockLength), widths[mini]);
            }
        }
    }

    /// <summary>The differences of one block to the least of them, zeros behind the last; how many there are.</summary>
    /// <remarks>They wrap around in as many bits as the numbers have.</remarks>
    private static int Difference(
        ReadOnlySpan<long> values, int at, bool isShort, Span<ulong> deltas, out long least)
    {
        var count = Math.Min(BlockLength, values.Length - at);
        least = long.MaxValue;
        for (var i = 0; i < count; i++)
        {
            var delta = unchecked(values[at + i] - values[at + i - 1]);
            delta = isShort ? (int)delta : delta;
            deltas[i] = (ulong)delta;
            least = Math.Min(least, delta);
        }

        for (var i = 0; i < count; i++)
        {
            var above = unchecked(deltas[i] - (ulong)least);
            deltas[i] = isShort ? (uint)above : above;
        }

        deltas[count..].Clear();
        return count;
    }

    private static int WidthOf(ReadOnlySpan<ulong> deltas)
    {
        var all = 0UL;
        foreach (var delta in deltas)
        {
            all |= delta;
        }

        return 64 - BitOperations.LeadingZeroCount(all);
    }
}
