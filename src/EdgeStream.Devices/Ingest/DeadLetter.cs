using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>
/// Writes the record of a message that could not be used: its bytes, where it came from, and the reason.
/// </summary>
internal static class DeadLetter
{
    /// <summary>A payload that does not fit is cut to this many bytes, and the reason says so.</summary>
    internal const int CutPayloadSizeBytes = 64 << 10;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // The record is a file's line, not a page's: quotes in the reason stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The partition key: the topic, or a stand-in where there is none.</summary>
    internal static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> topic) => topic.IsEmpty ? "(no topic)"u8 : topic;

    /// <summary>The record's data. A payload that is only a part of the message's says so, since it can't be
    /// replayed.</summary>
    internal static byte[] Write(
        string reason,
        DeviceSource source,
        string? clientId,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        bool isCut = false)
    {
        var output = new ArrayBufferWriter<byte>(256 + (payload.Length * 4 / 3));
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("reason"u8, reason);
        writer.WriteString("source"u8, source.ToName());

        // Bytes that are no UTF-8 become replacement characters here; the partition key has them as they came.
        writer.WriteString("topic"u8, Encoding.UTF8.GetString(topic));
        writer.WriteString("clientId"u8, clientId ?? "");
        writer.WriteBase64String("payloadBase64"u8, payload);
        if (isCut)
        {
            writer.WriteBoolean("payloadCut"u8, true);
        }

        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
