using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>Cuts control packets out of a byte stream: one byte of type and flags, the remaining length, the
/// body.</summary>
internal static class PacketFrame
{
    private const int RemainingLengthBytesMax = 4;

    /// <summary>Takes the next whole packet off <paramref name="buffer"/>; false while it hasn't come in
    /// whole.</summary>
    /// <exception cref="MqttProtocolException">The remaining length is malformed, or the packet exceeds the
    /// bound.</exception>
    internal static bool TryRead(
        ref ReadOnlySequence<byte> buffer, int packetSizeBytesMax, out byte header, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (!TryReadHead(buffer, out header, out int headBytes, out int length))
        {
            return false;
        }

        if (headBytes + (long)length > packetSizeBytesMax)
        {
            Reject.With(
                MqttReasonCode.PacketTooLarge,
                $"A packet of {headBytes + (long)length} bytes exceeds the maximum of {packetSizeBytesMax}.");
        }

        if (buffer.Length < headBytes + length)
        {
            return false;
        }

        body = buffer.Slice(headBytes, length);
        buffer = buffer.Slice(headBytes + length);
        return true;
    }

    /// <summary>Reads what stands before the next packet's body, and takes nothing; false while it hasn't come in.
    /// </summary>
    /// <exception cref="MqttProtocolException">The remaining length is malformed.</exception>
    internal static bool TryReadHead(
        in ReadOnlySequence<byte> buffer, out byte header, out int headBytes, out int length)
    {
        scoped ReadOnlySpan<byte> first = buffer.FirstSpan;
        Span<byte> copy = stackalloc byte[1 + RemainingLengthBytesMax];
        if (first.Length < copy.Length && buffer.Length > first.Length)
        {
            int count = (int)Math.Min(buffer.Length, copy.Length);
            buffer.Slice(0, count).CopyTo(copy);
            first = copy[..count];
        }

        header = 0;
        headBytes = 0;
        length = 0;
        if (first.Length < 2 || !TryReadLength(first[1..], out length, out int lengthBytes))
        {
            return false;
        }

        header = first[0];
        headBytes = 1 + lengthBytes;
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length, out int lengthBytes)
    {
        length = 0;
        lengthBytes = 0;
        while (lengthBytes < bytes.Length && lengthBytes < RemainingLengthBytesMax)
        {
            byte part = bytes[lengthBytes];
            length |= (part & 0x7F) << (7 * lengthBytes);
            lengthBytes++;
            if ((part & 0x80) == 0)
            {
                if (part == 0 && lengthBytes > 1)
                {
                    Reject.Malformed("The remaining length is not in its shortest form.");
                }

                return true;
            }
        }

        if (lengthBytes == RemainingLengthBytesMax)
        {
            Reject.Malformed("The remaining length is longer than four bytes.");
        }

        return false;
    }
}
