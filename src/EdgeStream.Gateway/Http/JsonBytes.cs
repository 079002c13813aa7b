using System.Buffers;
using System.Text.Json;

namespace EdgeStream.Gateway.Http;

/// <summary>JSON that is no answer to a request.</summary>
internal static class JsonBytes
{
    /// <summary>The bytes that <paramref name="write"/> writes, as answers are written.</summary>
    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, JsonReply.WriterOptions))
        {
            write(writer);
        }

        return output.WrittenMemory;
    }
}
