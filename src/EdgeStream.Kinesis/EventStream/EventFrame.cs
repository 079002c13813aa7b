using System.Buffers.Binary;
using System.Text;
using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>
/// Frames messages of <c>application/vnd.amazon.eventstream</c>: total length (4), length of the headers (4), CRC-32 of
/// these eight bytes (4), headers, payload, CRC-32 of everything before (4); all big-endian.
/// </summary>
/// <remarks>A header is the length of its name (1), the name, the type 7 (1), the length of its text (2), the
/// text.</remarks>
internal static class EventFrame
{
    private const int PreludeSizeBytes = 12;
    private const byte TextHeader = 7;

    /// <summary>Begins a message; its payload is written next.</summary>
    /// <returns>Where the message begins in the buffer.</returns>
    internal static int Begin(ResponseBuffer buffer, ReadOnlySpan<byte> headers)
    {
        var start = buffer.Count;
        buffer.Room(PreludeSizeBytes);
        buffer.Advance(PreludeSizeBytes);
        buffer.Write(headers);
        BinaryPrimitives.WriteInt32BigEndian(buffer.Patch(start + 4, 4), headers.Length);
        return start;
    }

    /// <summary>Ends a message: lengths and checksums are filled in.</summary>
    internal static void End(ResponseBuffer buffer, int start)
    {
        var size = buffer.Count - start + 4;
        BinaryPrimitives.WriteInt32BigEndian(buffer.Patch(start, 4), size);
        var crc = Crc32.Compute(buffer.Patch(start, 8));
        BinaryPrimitives.WriteUInt32BigEndian(buffer.Patch(start + 8, 4), crc);
        crc = Crc32.Compute(buffer.Patch(start, size - 4));
        BinaryPrimitives.WriteUInt32BigEndian(buffer.Room(4), crc);
        buffer.Advance(4);
    }

    /// <summary>The headers of an event or exception.</summary>
    /// <param name="kind"><c>event</c> or <c>exception</c>.</param>
    /// <param name="type">Which.</param>
    /// <param name="contentType">What the payload is.</param>
    internal static byte[] Headers(string kind, string type, string contentType)
    {
        var headers = new List<byte>();
        Add(headers, $":{kind}-type", type);
        Add(headers, ":content-type", contentType);
        Add(headers, ":message-type", kind);
        return [.. headers];
    }

    private static void Add(List<byte> headers, string name, string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        headers.Add((byte)name.Length);
        headers.AddRange(Encoding.UTF8.GetBytes(name));
        headers.Add(TextHeader);
        headers.Add((byte)(text.Length >> 8));
        headers.Add((byte)text.Length);
        headers.AddRange(text);
    }
}
