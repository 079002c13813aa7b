using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using EdgeStream.Delivery;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>Reads messages of an event stream, and checks their checksums.</summary>
internal sealed class EventReader(Stream stream, string contentType = ContentType.Json)
{
    /// <summary>The next message; null at the end of the answer.</summary>
    public async Task<(string Type, JsonElement Body)?> NextAsync()
    {
        var prelude = new byte[12];
        if (await stream.ReadAtLeastAsync(prelude, 12, throwOnEndOfStream: false) == 0)
        {
            return null;
        }

        Assert.Equal(Crc32.Compute(prelude.AsSpan(0, 8)), BinaryPrimitives.ReadUInt32BigEndian(prelude.AsSpan(8)));
        var total = BinaryPrimitives.ReadInt32BigEndian(prelude);
        var headerSize = BinaryPrimitives.ReadInt32BigEndian(prelude.AsSpan(4));
        var message = new byte[total];
        prelude.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(12));
        Assert.Equal(
            Crc32.Compute(message.AsSpan(0, total - 4)),
                BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(total - 4)));
        var headers = Headers(message.AsSpan(12, headerSize));
        Assert.Equal(contentType, headers[":content-type"]);
        var kind = headers[":message-type"];
        return (headers[$":{kind}-type"], BodyOf(message.AsMemory(12 + headerSize, total - headerSize - 16)));
    }

    private JsonElement BodyOf(ReadOnlyMemory<byte> payload)
    {
        if (contentType == ContentType.Cbor)
        {
            return CborJson.Read(payload);
        }

        using var document = JsonDocument.Parse(payload);
        return document.RootElement.Clone();
    }

    private static Dictionary<string, string> Headers(ReadOnlySpan<byte> bytes)
    {
        var headers = new Dictionary<string, string>();
        while (!bytes.IsEmpty)
        {
            var name = Encoding.UTF8.GetString(bytes.Slice(1, bytes[0]));
            bytes = bytes[(1 + bytes[0])..];
            Assert.Equal(7, bytes[0]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
            headers[name] = Encoding.UTF8.GetString(bytes.Slice(3, length));
            bytes = bytes[(3 + length)..];
        }

        return headers;
    }
}
