using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Silences and acknowledgements as JSON. Member names are frozen: they are in the gateway's state and on the
/// wire.</summary>
public static class DeskJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a silence as one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, Silence silence)
    {
        writer.WriteStartObject();
        writer.WriteString("id", silence.Id);
        WriteOptional(writer, "rule", silence.Rule);
        WriteOptional(writer, "key", silence.Key);
        WriteOptional(writer, "severity", silence.Severity is { } severity ? AlertJson.WordOf(severity) : null);
        AlertJson.WriteLabels(writer, silence.Labels);
        writer.WriteString("createdAt", silence.CreatedAt.ToString());
        writer.WriteString("until", silence.Until.ToString());
        writer.WriteString("by", silence.By);
        writer.WriteString("comment", silence.Comment);
        writer.WriteEndObject();
    }

    /// <summary>Writes an acknowledgement as one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, Acknowledgement acknowledgement)
    {
        writer.WriteStartObject();
        writer.WriteString("at", acknowledgement.At.ToString());
        writer.WriteString("by", acknowledgement.By);
        writer.WriteString("comment", acknowledgement.Comment);
        writer.WriteEndObject();
    }

    internal static byte[] ToBytes(Silence silence) => Build(writer => Write(writer, silence));

    internal static byte[] ToBytes(Acknowledgement acknowledgement) =>
        Build(writer => Write(writer, acknowledgement));

    /// <summary>Reads what the state holds of a silence; null if it is none of this form.</summary>
    internal static Silence? ReadSilence(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return new Silence
            {
                Id = root.GetProperty("id").GetString()!,
                Rule = TextOf(root, "rule"),
                Key = TextOf(root, "key"),
                Severity = TextOf(root, "severity") is { } word ? AlertJson.SeverityOf(word) : null,
                Labels = LabelsOf(root),
                CreatedAt = TimeOf(root, "createdAt"),
                Until = TimeOf(root, "until"),
                By = TextOf(root, "by") ?? "",
                Comment = TextOf(root, "comment") ?? "",
            };
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads what the state holds of an acknowledgement; null if it is none of this form.</summary>
    internal static Acknowledgement? ReadAcknowledgement(string alertId, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return new Acknowledgement(
                alertId, TimeOf(root, "at"), TextOf(root, "by") ?? "", TextOf(root, "comment") ?? "");
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Build(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static LabelSet LabelsOf(JsonElement root)
    {
        if (!root.TryGetProperty("labels", out var labels))
        {
            return LabelSet.None;
        }

        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels.EnumerateObject())
        {
            pairs[label.Name] = label.Value.GetString()!;
        }

        return new LabelSet(pairs);
    }

    private static Timestamp TimeOf(JsonElement root, string name) => Timestamp.From(DateTimeOffset.Parse(
        root.GetProperty(name).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
}
