using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Writes the bodies of requests to an HTTP endpoint. Thread-safe.</summary>
internal sealed class HttpRequestEncoder(HttpDestinationOptions options)
{
    /// <summary>What a record takes beside its bytes: a member's name, quotes, braces, a comma.</summary>
    private const int RecordOverheadBytes = 16;

    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    /// <summary>The media type of a body.</summary>
    public static string ContentTypeOf(HttpBody body) =>
        body == HttpBody.JsonLines ? "application/x-ndjson" : "application/json";

    /// <summary>The value of Firehose's header for attributes.</summary>
    public static string AttributesOf(NamedValues attributes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("commonAttributes"u8);
            foreach (var (name, value) in attributes.Entries)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The bytes of a record in a request, or a little more.</summary>
    public long SizeOf(DeliveredRecord record)
    {
        var payload = PayloadOf(record).Length;
        return RecordOverheadBytes + (options.Body == HttpBody.Firehose || !IsJson(record)
            ? Base64.GetMaxEncodedToUtf8Length(payload) : payload);
    }

    /// <summary>Writes the body of a request.</summary>
    public void Encode(IBufferWriter<byte> buffer, DeliveryRequest request, string id, DateTimeOffset now)
    {
        if (options.Body == HttpBody.JsonLines)
        {
            foreach (var record in request.Records)
            {
                WriteValue(buffer, record);
                buffer.Write("\n"u8);
            }

            return;
        }

        if (options.Body == HttpBody.JsonArray)
        {
            for (var i = 0; i < request.Records.Count; i++)
            {
                buffer.Write(i == 0 ? "["u8 : ","u8);
                WriteValue(buffer, request.Records[i]);
            }

            buffer.Write("]"u8);
            return;
        }

        using var writer = new Utf8JsonWriter(buffer, Writing);
        writer.WriteStartObject();
        writer.WriteString("requestId"u8, id);
        writer.WriteNumber("timestamp"u8, now.ToUnixTimeMilliseconds());
        writer.WriteStartArray("records"u8);
        foreach (var record in request.Records)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("data"u8, PayloadOf(record).Span);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private ReadOnlyMemory<byte> PayloadOf(DeliveredRecord record) =>
        options.IsLinePayload ? record.Line : record.Data;

    private bool IsJson(DeliveredRecord record) => options.IsLinePayload || record.IsJson;

    /// <summary>The payload as one JSON value: data that is none stands as a text of base64.</summary>
    private void WriteValue(IBufferWriter<byte> buffer, DeliveredRecord record)
    {
        var payload = PayloadOf(record).Span;
        if (IsJson(record))
        {
            buffer.Write(payload);
            return;
        }

        using var writer = new Utf8JsonWriter(buffer, Writing);
        writer.WriteBase64StringValue(payload);
    }
}
