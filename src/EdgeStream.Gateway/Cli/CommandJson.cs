using System.Buffers;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary>Bodies that commands send.</summary>
internal static class CommandJson
{
    /// <summary>An object with the members that <paramref name="write"/> writes.</summary>
    public static byte[] Build(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
