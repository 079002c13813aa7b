using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Alert records as JSON. Member names and words are frozen: they are in streams and on the wire.</summary>
public static class AlertJson
{
    /// <summary>The name of the stream that alerts are appended to.</summary>
    public const string StreamName = "alerts";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The word of a state: <c>firing</c> or <c>resolved</c>.</summary>
    public static string WordOf(AlertState state) => state == AlertState.Firing ? "firing" : "resolved";

    /// <summary>The word of a severity: <c>info</c>, <c>warning</c> or <c>critical</c>.</summary>
    public static string WordOf(RuleSeverity severity) => severity switch
    {
        RuleSeverity.Info => "info",
        RuleSeverity.Warning => "warning",
        _ => "critical",
    };

    /// <summary>The severity of a word.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static RuleSeverity SeverityOf(string word) => word switch
    {
        "info" => RuleSeverity.Info,
        "warning" => RuleSeverity.Warning,
        "critical" => RuleSeverity.Critical,
        _ => throw new FormatException($"'{word}' is no severity: info, warning and critical are."),
    };

    /// <summary>The alert as one JSON object on one line.</summary>
    public static byte[] ToBytes(Alert alert)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, alert);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the alert as one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        WriteMembers(writer, alert);
        writer.WriteEndObject();
    }

    /// <summary>Writes the alert's members into an open object.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteString("id", alert.Id);
        writer.WriteString("rule", alert.Rule);
        writer.WriteString("severity", WordOf(alert.Severity));
        writer.WriteString("state", WordOf(alert.State));
        writer.WriteString("key", alert.Key);
        writer.WriteString("field", alert.Field);
        writer.WriteNumber("value", alert.Value);
        writer.WriteNumber("threshold", alert.Threshold);
        writer.WriteString("message", alert.Message);
        writer.WriteString("firedAt", alert.FiredAt.ToString());
        if (alert.ResolvedAt is { } resolvedAt)
        {
            writer.WriteString("resolvedAt", resolvedAt.ToString());
        }

        WriteLabels(writer, alert.Labels);
    }

    /// <summary>Writes the member <c>labels</c> into an open object; nothing where there are none.</summary>
    public static void WriteLabels(Utf8JsonWriter writer, LabelSet labels)
    {
        if (labels.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("labels");
        foreach (var (name, text) in labels)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads an alert record; false if the bytes are none. Unknown members are skipped.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out Alert? alert)
    {
        alert = null;
        try
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            ReadMembers(data, texts, numbers, labels);
            alert = new Alert
            {
                Id = texts["id"],
                Rule = texts["rule"],
                Severity = SeverityOf(texts["severity"]),
                State = Enum.GetValues<AlertState>().First(state => WordOf(state) == texts["state"]),
                Key = texts["key"],
                Field = texts["field"],
                Value = numbers["value"],
                Threshold = numbers["threshold"],
                Message = texts["message"],
                Labels = labels.Count == 0 ? LabelSet.None : new LabelSet(labels),
                FiredAt = ReadTime(texts["firedAt"]),
                ResolvedAt = texts.TryGetValue("resolvedAt", out var resolvedAt) ? ReadTime(resolvedAt) : null,
            };
            return true;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            // Anything may be appended to the alerts stream through the API; what is no alert is not shown as one.
            return false;
        }
    }

    private static void ReadMembers(
        ReadOnlySpan<byte> data,
        Dictionary<string, string> texts,
        Dictionary<string, double> numbers,
        Dictionary<string, string> labels)
    {
        var reader = new Utf8JsonReader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("An alert is a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                texts[name] = reader.GetString()!;
            }
            else if (reader.TokenType == JsonTokenType.Number)
            {
                numbers[name] = reader.GetDouble();
            }
            else if (name == "labels" && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadLabels(ref reader, labels);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadLabels(ref Utf8JsonReader reader, Dictionary<string, string> labels)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new FormatException("A label is a text.");
            }

            labels[name] = reader.GetString()!;
        }
    }

    private static Timestamp ReadTime(string text) =>
        Timestamp.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
}
