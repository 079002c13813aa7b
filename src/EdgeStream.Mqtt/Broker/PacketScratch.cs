using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>A rented array in which a packet that came in pieces is put together.</summary>
/// <remarks>For the read loop. Grows with what it is asked for, and holds nothing before.</remarks>
internal struct PacketScratch
{
    private byte[]? _bytes;

    /// <summary>The sequence's bytes in one piece, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Join(in ReadOnlySequence<byte> sequence)
    {
        int length = (int)sequence.Length;
        if (_bytes is null || _bytes.Length < length)
        {
            Return();
            _bytes = ArrayPool<byte>.Shared.Rent(length);
        }

        sequence.CopyTo(_bytes);
        return _bytes.AsSpan(0, length);
    }

    internal void Return()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
