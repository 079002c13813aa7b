using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeStream.Delivery;

/// <summary>Writes blocks in Google's Snappy format (<c>format_description.txt</c> of github.com/google/snappy).
/// </summary>
/// <remarks>Every 64 KiB of the source are compressed by themselves. Memory: a table of 32 KiB. The same source gives
/// the same bytes. Not thread-safe.</remarks>
internal sealed class SnappyEncoder
{
    /// <summary>So far back a copy can reach; the source is cut into pieces of this.</summary>
    public const int PieceBytes = 64 << 10;

    private const int TableBits = 14;

    /// <summary>The search stops this far before the end: what it reads at once is within the piece.</summary>
    private const int Margin = 15;

    private const int MatchLengthMin = 4;
    private const int CopyLengthMax = 64;

    private readonly ushort[] _table = new ushort[1 << TableBits];

    /// <summary>So much room <see cref="Compress"/> needs for that many bytes.</summary>
    public static int SizeBytesMax(int length) => 32 + length + (length / 6);

    /// <summary>Writes one block and returns its length.</summary>
    /// <param name="source">What is compressed.</param>
    /// <param name="target">At least <see cref="SizeBytesMax"/> long.</param>
    public int Compress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var written = 0;
        for (var length = (uint)source.Length; ; length >>= 7)
        {
            if (length < 0x80)
            {
                target[written++] = (byte)length;
                break;
            }

            target[written++] = (byte)(length | 0x80);
        }

        while (!source.IsEmpty)
        {
            var piece = source[..Math.Min(source.Length, PieceBytes)];
            written += CompressPiece(piece, target[written..]);
            source = source[piece.Length..];
        }

        return written;
    }

    private int CompressPiece(ReadOnlySpan<byte> piece, Span<byte> target)
    {
        var written = 0;
        var literal = 0;
        if (piece.Length > Margin)
        {
            var limit = piece.Length - Margin;
            var shift = ShiftFor(piece.Length);
            _table.AsSpan(0, 1 << (32 - shift)).Clear();
            var at = 1;
            while (TryFind(piece, limit, shift, ref at, out var candidate))
            {
                written += WriteLiteral(piece[literal..at], target[written..]);
                do
                {
                    var length = MatchLengthMin
                        + piece[(at + MatchLengthMin)..].CommonPrefixLength(piece[(candidate + MatchLengthMin)..]);
                    written += WriteCopy(at - candidate, length, target[written..]);
                    at += length;
                    literal = at;
                    if (at >= limit)
                    {
                        break;
                    }

                    _table[Hash(Load(piece, at - 1), shift)] = (ushort)(at - 1);
                    candidate = Exchange(piece, at, shift);
                }
                while (Load(piece, at) == Load(piece, candidate));
                if (at >= limit)
                {
                    break;
                }

                at++;
            }
        }

        return literal == piece.Length ? written : written + WriteLiteral(piece[literal..], target[written..]);
    }

    /// <summary>Moves to the next four bytes that stood before; in data without any it takes longer and longer steps.
    /// </summary>
    private bool TryFind(ReadOnlySpan<byte> piece, int limit, int shift, ref int at, out int candidate)
    {
        for (var skip = 32; at < limit; at += skip++ >> 5)
        {
            candidate = Exchange(piece, at, shift);
            if (Load(piece, at) == Load(piece, candidate))
            {
                return true;
            }
        }

        candidate = 0;
        return false;
    }

    private int Exchange(ReadOnlySpan<byte> piece, int at, int shift)
    {
        ref var entry = ref _table[Hash(Load(piece, at), shift)];
        int before = entry;
        entry = (ushort)at;
        return before;
    }

    private static int ShiftFor(int length) =>
        32 - Math.Clamp(32 - BitOperations.LeadingZeroCount((uint)length - 1), 8, TableBits);

    private static uint Hash(uint bytes, int shift) => (bytes * 0x1E35A7BD) >> shift;

    private static uint Load(ReadOnlySpan<byte> piece, int at) =>
        Unsafe.ReadUnaligned<uint>(ref MemoryMarshal.GetReference(piece.Slice(at, sizeof(uint))));

    private static int WriteLiteral(ReadOnlySpan<byte> literal, Span<byte> target)
    {
        if (literal.IsEmpty)
        {
            return 0;
        }

        var length = literal.Length - 1;
        int header;
        if (length < 60)
        {
            target[0] = (byte)(length << 2);
            header = 1;
        }
        else if (length < 1 << 8)
        {
            target[0] = 60 << 2;
            target[1] = (byte)length;
            header = 2;
        }
        else
        {
            target[0] = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)length);
            header = 3;
        }

        literal.CopyTo(target[header..]);
        return header + literal.Length;
    }

    private static int WriteCopy(int offset, int length, Span<byte> target)
    {
        var written = 0;
        while (length > CopyLengthMax)
        {
            // What is left is never shorter than a copy may be.
            var part = length >= CopyLengthMax + MatchLengthMin ? CopyLengthMax : CopyLengthMax - MatchLengthMin;
            written += WriteLongCopy(offset, part, target[written..]);
            length -= part;
        }

        if (length >= 12 || offset >= 1 << 11)
        {
            return written + WriteLongCopy(offset, length, target[written..]);
        }

        target[written] = (byte)(((offset >> 8) << 5) | ((length - MatchLengthMin) << 2) | 1);
        target[written + 1] = (byte)offset;
        return written + 2;
    }

    private static int WriteLongCopy(int offset, int length, Span<byte> target)
    {
        target[0] = (byte)(((length - 1) << 2) | 2);
        BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)offset);
        return 3;
    }
}
