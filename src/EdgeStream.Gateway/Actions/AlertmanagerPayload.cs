using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Http;

namespace EdgeStream.Gateway.Actions;

/// <summary>Notifications in the form of Alertmanager's webhooks, version 4.</summary>
/// <remarks>An alert's labels are the rule's own and <c>alertname</c> (the rule), <c>severity</c>, <c>key</c>,
/// <c>field</c> and <c>instance</c> (the gateway), which count before the rule's own. Annotations: <c>summary</c> (the
/// message), <c>value</c>, <c>threshold</c>, <c>alertId</c>.</remarks>
/// <param name="instance">The gateway's name.</param>
/// <param name="url">Where people find the gateway; may be empty.</param>
internal sealed class AlertmanagerPayload(string instance, string url)
{
    private const string NotYet = "0001-01-01T00:00:00Z";
    private const int FingerprintDigits = 16;

    /// <summary>The JSON of a notification.</summary>
    public byte[] ToBytes(AlertNotification notification)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonReply.WriterOptions))
        {
            Write(writer, notification);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter writer, AlertNotification notification)
    {
        var labels = notification.Alerts.Select(LabelsOf).ToArray();
        var annotations = notification.Alerts.Select(AnnotationsOf).ToArray();
        var isFiring = notification.Alerts.Any(static alert => alert.State == AlertState.Firing);
        writer.WriteStartObject();
        writer.WriteString("version", "4");
        writer.WriteString("groupKey", notification.GroupKey);
        writer.WriteNumber("truncatedAlerts", notification.TruncatedAlerts);
        writer.WriteString("status", isFiring ? "firing" : "resolved");
        writer.WriteString("receiver", notification.Action);
        Write(writer, "groupLabels", notification.GroupLabels);
        Write(writer, "commonLabels", CommonOf(labels));
        Write(writer, "commonAnnotations", CommonOf(annotations));
        writer.WriteString("externalURL", url);
        writer.WriteStartArray("alerts");
        for (var index = 0; index < labels.Length; index++)
        {
            WriteAlert(writer, notification.Alerts[index], labels[index], annotations[index]);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteAlert(
        Utf8JsonWriter writer,
        Alert alert,
        SortedDictionary<string, string> labels,
        SortedDictionary<string, string> annotations)
    {
        writer.WriteStartObject();
        writer.WriteString("status", AlertJson.WordOf(alert.State));
        Write(writer, "labels", labels);
        Write(writer, "annotations", annotations);
        writer.WriteString("startsAt", alert.FiredAt.ToString());
        writer.WriteString("endsAt", alert.ResolvedAt?.ToString() ?? NotYet);
        writer.WriteString("generatorURL", url);
        writer.WriteString("fingerprint", FingerprintOf(labels));
        writer.WriteEndObject();
    }

    private SortedDictionary<string, string> LabelsOf(Alert alert)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in alert.Labels)
        {
            labels[name] = text;
        }

        labels["alertname"] = alert.Rule;
        labels["severity"] = AlertJson.WordOf(alert.Severity);
        labels["key"] = alert.Key;
        labels["field"] = alert.Field;
        labels["instance"] = instance;
        return labels;
    }

    private static SortedDictionary<string, string> AnnotationsOf(Alert alert) => new(StringComparer.Ordinal)
    {
        ["alertId"] = alert.Id,
        ["summary"] = alert.Message,
        ["value"] = alert.Value.ToString("R", CultureInfo.InvariantCulture),
        ["threshold"] = alert.Threshold.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>What is the same in all of them.</summary>
    private static SortedDictionary<string, string> CommonOf(SortedDictionary<string, string>[] all)
    {
        var common = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (all.Length > 0)
        {
            foreach (var (name, text) in all[0])
            {
                if (Array.TrueForAll(all, one => one.TryGetValue(name, out var other) && other == text))
                {
                    common.Add(name, text);
                }
            }
        }

        return common;
    }

    /// <summary>The same for all alerts of the same labels: the first 8 bytes of the SHA-256 of names and texts, each
    /// behind a zero byte.</summary>
    private static string FingerprintOf(SortedDictionary<string, string> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            text.Append(name).Append('\0').Append(value).Append('\0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..FingerprintDigits];
    }

    private static void Write(
        Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        writer.WriteStartObject(name);
        foreach (var (key, text) in texts)
        {
            writer.WriteString(key, text);
        }

        writer.WriteEndObject();
    }
}
