using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Kinesis.Tests;

/// <summary>Writes CBOR for tests, in one piece or in several.</summary>
internal sealed class CborText(Random? random = null)
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    private bool InPieces => random?.Next(3) == 0;

    public CborText Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CborText Head(int major, ulong value)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(eight, value);
        var (low, size) = value < 24 ? ((int)value, 0) : value <= 0xFF ? (24, 1) : value <= 0xFFFF ? (25, 2)
            : value <= 0xFFFFFFFF ? (26, 4) : (27, 8);
        _bytes.Add((byte)((major << 5) | low));
        _bytes.AddRange(eight[(8 - size)..]);
        return this;
    }

    public CborText Text(string text)
    {
        Pieces(3, Encoding.UTF8.GetBytes(text));
        return this;
    }

    public CborText Blob(byte[] bytes)
    {
        Pieces(2, bytes);
        return this;
    }

    public CborText Integer(long value) => value < 0 ? Head(1, (ulong)~value) : Head(0, (ulong)value);

    public CborText Map(int pairs, Action<CborText> write) => Container(5, pairs, write);

    public CborText List(int items, Action<CborText> write) => Container(4, items, write);

    private CborText Container(int major, int count, Action<CborText> write)
    {
        var isOpen = InPieces;
        if (isOpen)
        {
            _bytes.Add((byte)((major << 5) | 31));
        }
        else
        {
            Head(major, (ulong)count);
        }

        write(this);
        return isOpen ? Raw(0xFF) : this;
    }

    private void Pieces(int major, byte[] bytes)
    {
        if (!InPieces)
        {
            Head(major, (ulong)bytes.Length);
            _bytes.AddRange(bytes);
            return;
        }

        var middle = random!.Next(bytes.Length + 1);
        _bytes.Add((byte)((major << 5) | 31));
        Head(major, (ulong)middle);
        _bytes.AddRange(bytes[..middle]);
        Head(major, (ulong)(bytes.Length - middle));
        _bytes.AddRange(bytes[middle..]);
        _bytes.Add(0xFF);
    }
}
