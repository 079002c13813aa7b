using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Writes the body of a bulk request: for each record a line with the action and one with the
/// document.</summary>
/// <remarks>Elasticsearch reference, "Bulk API". Each document has <c>@timestamp</c>, the event time, unless data that
/// stands alone has one of its own.</remarks>
internal sealed class ElasticsearchBulkEncoder(ElasticsearchDestinationOptions options, string delivery)
{
    private const int DateLength = 10;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a record can be a document at all.</summary>
    public bool IsDocument(DeliveredRecord record) => options.IsLinePayload
        || (record.IsJson && record.Data.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]);

    /// <summary>Appends a record that is one.</summary>
    public void Append(IBufferWriter<byte> buffer, DeliveredRecord record, string id)
    {
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(options.IsCreate ? "create"u8 : "index"u8);
            writer.WriteString("_index"u8, IndexOf(record));
            writer.WriteString("_id"u8, id);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        if (options.IsLinePayload)
        {
            WriteWithTime(buffer, record.Line, record.EventTime);
        }
        else if (HasTime(record.Data.Span))
        {
            buffer.Write(record.Data.Span);
        }
        else
        {
            WriteWithTime(buffer, record.Data, record.EventTime);
        }

        buffer.Write("\n"u8);
    }

    private string IndexOf(DeliveredRecord record) => RecordPath.Fill(options.Index, delivery, record)
        .Replace("{date}", record.EventTime[..DateLength].Replace('-', '.'), StringComparison.Ordinal)
        .ToLowerInvariant();

    private static void WriteWithTime(IBufferWriter<byte> buffer, ReadOnlyMemory<byte> document, string time)
    {
        var members = document.Span.TrimStart(" \t\r\n"u8)[1..].TrimStart(" \t\r\n"u8);
        buffer.Write("{\"@timestamp\":\""u8);
        buffer.Write(System.Text.Encoding.ASCII.GetBytes(time));
        buffer.Write(members is [(byte)'}', ..] ? "\""u8 : "\","u8);
        buffer.Write(members);
    }

    private static bool HasTime(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsTime(ref reader))
            {
                return true;
            }

            reader.Read();
            reader.Skip();
        }

        return false;
    }

    private static bool IsTime(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.ValueTextEquals("@timestamp"u8);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is no Unicode, and no part of this name.
            return false;
        }
    }
}
