using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeStream.Streams;

/// <summary>The hash key of a partition key: its MD5 (RFC 1321), read as a big-endian number.</summary>
/// <remarks>It spreads keys over shards as Kinesis does and protects nothing. Computed here: the system's library takes
/// longer to begin than the one block of a usual key takes, and refuses MD5 where it is told to be strict.</remarks>
internal static class PartitionKeyHash
{
    private const int BlockSizeBytes = 64;
    private const int LengthSizeBytes = 8;
    private const int WordsPerBlock = BlockSizeBytes / sizeof(uint);
    private const byte PaddingStart = 0x80;

    private static ReadOnlySpan<uint> Sines =>
    [
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
        0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
        0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
        0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
        0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
        0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
        0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
    ];

    /// <summary>Computes it. Allocates nothing.</summary>
    internal static UInt128 Of(ReadOnlySpan<byte> partitionKey)
    {
        var state = new State { A = 0x67452301, B = 0xefcdab89, C = 0x98badcfe, D = 0x10325476 };
        var rest = partitionKey;
        for (; rest.Length >= BlockSizeBytes; rest = rest[BlockSizeBytes..])
        {
            Add(ref state, rest[..BlockSizeBytes]);
        }

        Span<byte> last = stackalloc byte[2 * BlockSizeBytes];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = PaddingStart;
        last = last[..(rest.Length < BlockSizeBytes - LengthSizeBytes ? BlockSizeBytes : 2 * BlockSizeBytes)];
        BinaryPrimitives.WriteUInt64LittleEndian(last[^LengthSizeBytes..], (ulong)partitionKey.Length * 8);
        for (; !last.IsEmpty; last = last[BlockSizeBytes..])
        {
            Add(ref state, last[..BlockSizeBytes]);
        }

        return new UInt128(Pair(state.A, state.B), Pair(state.C, state.D));
    }

    private static ulong Pair(uint first, uint second) =>
        ((ulong)BinaryPrimitives.ReverseEndianness(first) << 32) | BinaryPrimitives.ReverseEndianness(second);

    private static void Add(ref State state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[WordsPerBlock];
        block.CopyTo(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        var next = state;
        Rounds(ref next, words);
        state.A += next.A;
        state.B += next.B;
        state.C += next.C;
        state.D += next.D;
    }

    private static void Rounds(ref State state, ReadOnlySpan<uint> words)
    {
        var (a, b, c, d) = (state.A, state.B, state.C, state.D);
        var sines = Sines;
        for (var i = 0; i < 16; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (d ^ (b & (c ^ d))) + sines[i] + words[i], 7);
            d = a + BitOperations.RotateLeft(d + (c ^ (a & (b ^ c))) + sines[i + 1] + words[i + 1], 12);
            c = d + BitOperations.RotateLeft(c + (b ^ (d & (a ^ b))) + sines[i + 2] + words[i + 2], 17);
            b = c + BitOperations.RotateLeft(b + (a ^ (c & (d ^ a))) + sines[i + 3] + words[i + 3], 22);
        }

        for (var i = 16; i < 32; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (c ^ (d & (b ^ c))) + sines[i] + words[((5 * i) + 1) & 15], 5);
            d = a + BitOperations.RotateLeft(d + (b ^ (c & (a ^ b))) + sines[i + 1] + words[((5 * i) + 6) & 15], 9);
            c = d + BitOperations.RotateLeft(c + (a ^ (b & (d ^ a))) + sines[i + 2] + words[((5 * i) + 11) & 15], 14);
            b = c + BitOperations.RotateLeft(b + (d ^ (a & (c ^ d))) + sines[i + 3] + words[(5 * i) & 15], 20);
        }

        for (var i = 32; i < 48; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (b ^ c ^ d) + sines[i] + words[((3 * i) + 5) & 15], 4);
            d = a + BitOperations.RotateLeft(d + (a ^ b ^ c) + sines[i + 1] + words[((3 * i) + 8) & 15], 11);
            c = d + BitOperations.RotateLeft(c + (d ^ a ^ b) + sines[i + 2] + words[((3 * i) + 11) & 15], 16);
            b = c + BitOperations.RotateLeft(b + (c ^ d ^ a) + sines[i + 3] + words[((3 * i) + 14) & 15], 23);
        }

        for (var i = 48; i < 64; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (c ^ (b | ~d)) + sines[i] + words[(7 * i) & 15], 6);
            d = a + BitOperations.RotateLeft(d + (b ^ (a | ~c)) + sines[i + 1] + words[((7 * i) + 7) & 15], 10);
            c = d + BitOperations.RotateLeft(c + (a ^ (d | ~b)) + sines[i + 2] + words[((7 * i) + 14) & 15], 15);
            b = c + BitOperations.RotateLeft(b + (d ^ (c | ~a)) + sines[i + 3] + words[((7 * i) + 21) & 15], 21);
        }

        (state.A, state.B, state.C, state.D) = (a, b, c, d);
    }

    private struct State
    {
        public uint A;
        public uint B;
        public uint C;
        public uint D;
    }
}
