using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Writes records as events, one JSON object after another.</summary>
/// <remarks>Splunk documentation, "Format events for HTTP Event Collector". The indexed field <c>edgestream_id</c> is
/// the
/// record's id: an event that came twice has it twice. Data that is no JSON is an event of base64.</remarks>
internal sealed class SplunkEventEncoder(SplunkDestinationOptions options, string delivery)
{
    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    /// <summary>Appends the event of a record.</summary>
    public void Append(IBufferWriter<byte> buffer, DeliveredRecord record, string id)
    {
        using var writer = new Utf8JsonWriter(buffer, Writing);
        writer.WriteStartObject();
        writer.WriteString("time"u8, SecondsOf(record.EventTime));
        WriteText(writer, "host", RecordPath.Fill(options.Host, delivery, record));
        WriteText(writer, "source", RecordPath.Fill(options.Source, delivery, record));
        WriteText(writer, "sourcetype", options.SourceType);
        WriteText(writer, "index", options.Index);
        writer.WritePropertyName("event"u8);
        if (options.IsLinePayload)
        {
            writer.WriteRawValue(record.Line.Span, skipInputValidation: true);
        }
        else if (record.IsJson)
        {
            writer.WriteRawValue(record.Data.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64StringValue(record.Data.Span);
        }

        writer.WriteStartObject("fields"u8);
        writer.WriteString("edgestream_id"u8, id);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.WriteString(name, text);
        }
    }

    private static string SecondsOf(string eventTime)
    {
        var time = DateTimeOffset.Parse(eventTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return (time.ToUnixTimeMilliseconds() / 1000m).ToString("F3", CultureInfo.InvariantCulture);
    }
}
