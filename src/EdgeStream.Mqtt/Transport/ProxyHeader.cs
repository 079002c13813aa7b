using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>The header by which a proxy says whose connection it carries (the PROXY protocol, versions 1 and
/// 2).</summary>
/// <remarks>
/// Version 1: a line of ASCII, at most 107 bytes, <c>PROXY TCP4 source destination port port CR LF</c>.
/// Version 2: a signature of 12 bytes, version and command, family, the length of the rest (16 bits, big-endian), then
/// the addresses and extensions, which are passed over.
/// </remarks>
internal static class ProxyHeader
{
    private const int LineBytesMax = 107;
    private const int FixedBytes = 16;
    private const int RestBytesMax = 4096;
    private const int LengthOffset = 14;
    private const byte CommandLocal = 0x20;
    private const byte CommandProxy = 0x21;
    private const byte FamilyTcp4 = 0x11;
    private const byte FamilyTcp6 = 0x21;
    private const int Tcp4Bytes = 12;
    private const int Tcp6Bytes = 36;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> LineStart => "PROXY "u8;

    /// <summary>What <see cref="Read"/> found.</summary>
    internal enum Result
    {
        /// <summary>More bytes are needed.</summary>
        Incomplete,

        /// <summary>The header was taken off.</summary>
        Done,

        /// <summary>This is no header.</summary>
        Invalid,
    }

    /// <summary>Takes the header off the buffer.</summary>
    /// <param name="buffer">What has come; behind the header afterwards.</param>
    /// <param name="source">Whose connection it is; null where the proxy speaks for itself or doesn't know.</param>
    internal static Result Read(ref ReadOnlySequence<byte> buffer, out IPEndPoint? source)
    {
        source = null;
        Span<byte> start = stackalloc byte[FixedBytes];
        int count = (int)Math.Min(buffer.Length, FixedBytes);
        start = start[..count];
        buffer.Slice(0, count).CopyTo(start);
        if (StartsAlike(start, Signature))
        {
            return count < FixedBytes ? Result.Incomplete : ReadBinary(ref buffer, start, out source);
        }

        return StartsAlike(start, LineStart) ? ReadLine(ref buffer, out source) : Result.Invalid;
    }

    private static bool StartsAlike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected)
    {
        int count = Math.Min(bytes.Length, expected.Length);
        return bytes[..count].SequenceEqual(expected[..count]);
    }

    private static Result ReadBinary(
        ref ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> start, out IPEndPoint? source)
    {
        source = null;
        int length = BinaryPrimitives.ReadUInt16BigEndian(start[LengthOffset..]);
        byte command = start[Signature.Length];
        byte family = start[Signature.Length + 1];
        if (length > RestBytesMax || command is not (CommandLocal or CommandProxy))
        {
            return Result.Invalid;
        }

        if (buffer.Length < FixedBytes + length)
        {
            return Result.Incomplete;
        }

        Span<byte> addresses = stackalloc byte[Tcp6Bytes];
        addresses = addresses[..Math.Min(length, Tcp6Bytes)];
        buffer.Slice(FixedBytes, addresses.Length).CopyTo(addresses);
        buffer = buffer.Slice(FixedBytes + length);
        if (command == CommandLocal)
        {
            return Result.Done;
        }

        int bytesMin = family switch { FamilyTcp4 => Tcp4Bytes, FamilyTcp6 => Tcp6Bytes, _ => 0 };
        if (addresses.Length < bytesMin)
        {
            return Result.Invalid;
        }

        source = family switch
        {
            FamilyTcp4 => new IPEndPoint(
                new IPAddress(addresses[..4]), BinaryPrimitives.ReadUInt16BigEndian(addresses[8..])),
            FamilyTcp6 => new IPEndPoint(
                new IPAddress(addresses[..16]), BinaryPrimitives.ReadUInt16BigEndian(addresses[32..])),
            _ => null,
        };
        return Result.Done;
    }

    private static Result ReadLine(ref ReadOnlySequence<byte> buffer, out IPEndPoint? source)
    {
        source = null;
        int count = (int)Math.Min(buffer.Length, LineBytesMax);
        Span<byte> bytes = stackalloc byte[count];
        buffer.Slice(0, count).CopyTo(bytes);
        int end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return count == LineBytesMax ? Result.Invalid : Result.Incomplete;
        }

        buffer = buffer.Slice(end + 2);
        string[] parts = Encoding.ASCII.GetString(bytes[..end]).Split(' ');
        if (parts.Length >= 2 && parts[1] == "UNKNOWN")
        {
            return Result.Done;
        }

        bool isAddress = parts.Length == 6
            && parts[1] is "TCP4" or "TCP6"
            && IPAddress.TryParse(parts[2], out _)
            && ushort.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!isAddress)
        {
            return Result.Invalid;
        }

        source = new IPEndPoint(
            IPAddress.Parse(parts[2]), ushort.Parse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture));
        return Result.Done;
    }
}
