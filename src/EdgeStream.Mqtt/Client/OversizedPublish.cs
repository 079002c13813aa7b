using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>A PUBLISH beyond the client's bound, of a server that couldn't be told the bound: its beginning is kept,
/// the rest is read and dropped.</summary>
/// <remarks>Used by the read loop alone. Keeps the topic, the packet identifier and <see cref="PayloadBytesKept"/>
/// bytes of the payload at most.</remarks>
internal sealed class OversizedPublish
{
    /// <summary>How much of a payload is kept.</summary>
    internal const int PayloadBytesKept = 64 << 10;

    /// <summary>The longest topic with its length, and a packet identifier.</summary>
    private const int NamesBytesMax = sizeof(ushort) + ushort.MaxValue + sizeof(ushort);

    private byte[] _kept = [];
    private int _keptBytes;
    private long _left;
    private byte _header;

    /// <summary>Bytes of the packet that was taken last that were dropped.</summary>
    internal int DroppedBytes { get; private set; }

    /// <summary>Whether a packet has begun and not come to its end.</summary>
    internal bool IsUnderWay { get; private set; }

    /// <summary>Begins where the next packet is one; false, and nothing is taken, where it isn't or can't be told
    /// yet.</summary>
    internal bool TryBegin(ref ReadOnlySequence<byte> buffer, int packetSizeBytesMax)
    {
        if (!PacketFrame.TryReadHead(buffer, out byte header, out int headBytes, out int length)
            || (PacketType)(header >> 4) != PacketType.Publish
            || headBytes + (long)length <= packetSizeBytesMax)
        {
            return false;
        }

        buffer = buffer.Slice(headBytes);
        _header = header;
        _left = length;
        _keptBytes = 0;
        _kept = new byte[Math.Min(length, NamesBytesMax + PayloadBytesKept)];
        DroppedBytes = length - _kept.Length;
        IsUnderWay = true;
        return true;
    }

    /// <summary>Takes what has come; true with the beginning of the body once all of it has.</summary>
    internal bool TryTake(ref ReadOnlySequence<byte> buffer, out byte header, out ReadOnlySequence<byte> body)
    {
        int size = (int)Math.Min(buffer.Length, _left);
        int kept = Math.Min(size, _kept.Length - _keptBytes);
        buffer.Slice(0, kept).CopyTo(_kept.AsSpan(_keptBytes));
        _keptBytes += kept;
        buffer = buffer.Slice(size);
        _left -= size;
        header = _header;
        body = _left == 0 ? new ReadOnlySequence<byte>(_kept) : default;
        IsUnderWay = _left > 0;
        if (!IsUnderWay)
        {
            _kept = [];
        }

        return !IsUnderWay;
    }
}
