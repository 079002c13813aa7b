using System.Formats.Cbor;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeStream.Kinesis.Tests;

/// <summary>Reads CBOR with the framework's own reader, which is none of the gateway's.</summary>
internal static class CborJson
{
    /// <summary>The one item that the bytes are: bytes in it become Base64, times their milliseconds.</summary>
    public static JsonElement Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CborReader(bytes);
        var node = Read(reader);
        Assert.Equal(0, reader.BytesRemaining);
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        return document.RootElement.Clone();
    }

    private static JsonNode? Read(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                return ReadMap(reader);
            case CborReaderState.StartArray:
                return ReadList(reader);
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                return JsonValue.Create(reader.ReadTextString());
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                return JsonValue.Create(Convert.ToBase64String(reader.ReadByteString()));
            case CborReaderState.Boolean:
                return JsonValue.Create(reader.ReadBoolean());
            case CborReaderState.Tag:
                Assert.Equal(CborTag.UnixTimeSeconds, reader.ReadTag());
                return JsonValue.Create(reader.ReadInt64());
            default:
                return JsonValue.Create(reader.ReadInt64());
        }
    }

    private static JsonObject ReadMap(CborReader reader)
    {
        var map = new JsonObject();
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var name = reader.ReadTextString();
            map.Add(name, Read(reader));
        }

        reader.ReadEndMap();
        return map;
    }

    private static JsonArray ReadList(CborReader reader)
    {
        var list = new JsonArray();
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            list.Add(Read(reader));
        }

        reader.ReadEndArray();
        return list;
    }
}
