using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>The hash of keys in memory. It differs from one start to the next, so that nobody who names devices can
/// make their keys meet.</summary>
internal static class KeyHash
{
    private const ulong Factor = 0x9E37_79B9_7F4A_7C15;

    private static readonly ulong Secret = (ulong)Random.Shared.NextInt64() | 1;

    public static int Of(ReadOnlySpan<byte> key)
    {
        var hash = Secret ^ ((ulong)key.Length * Factor);
        while (key.Length > sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[sizeof(ulong)..];
        }

        hash = Mix(hash ^ Rest(key));
        return (int)(hash ^ (hash >> 32));
    }

    /// <summary>The last bytes, eight at most, as one number.</summary>
    private static ulong Rest(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(uint))
        {
            return ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(key[^sizeof(uint)..]) << 32)
                | BinaryPrimitives.ReadUInt32LittleEndian(key);
        }

        ulong rest = 0;
        foreach (var value in key)
        {
            rest = (rest << 8) | value;
        }

        return rest;
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, Secret ^ Factor, out ulong low);
        return high ^ low;
    }
}
