using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/alerting</c>: what is about to fire, what people have decided, and how actions
/// stand.</summary>
internal static class AlertingJson
{
    private const int CountMax = 100;

    /// <summary>Writes <c>{"pending":[…],"marks":[…],"silences":[…],"actions":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WritePending(writer, parts);
        WriteMarks(writer, parts);
        SilencesEndpoint.WriteList(writer, parts);
        WriteActions(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>pending</c> of an open object.</summary>
    public static void WritePending(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("pending");
        foreach (var pending in parts.Rules.Pending.Take(CountMax))
        {
            var alert = pending.Alert;
            writer.WriteStartObject();
            writer.WriteString("id", alert.Id);
            writer.WriteString("rule", alert.Rule);
            writer.WriteString("severity", AlertJson.WordOf(alert.Severity));
            writer.WriteString("state", "pending");
            writer.WriteString("key", alert.Key);
            writer.WriteString("field", alert.Field);
            writer.WriteNumber("value", alert.Value);
            writer.WriteNumber("threshold", alert.Threshold);
            writer.WriteString("message", alert.Message);
            AlertJson.WriteLabels(writer, alert.Labels);
            writer.WriteNumber("heldSeconds", Math.Round(pending.Held.TotalSeconds, 1));
            writer.WriteNumber("forSeconds", Math.Round(pending.HoldTime.TotalSeconds, 3));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Which of the alerts that fire are silenced, acknowledged or flapping.</summary>
    private static void WriteMarks(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("marks");
        foreach (var alert in parts.Rules.Alerts.Take(CountMax))
        {
            if (alert.State == AlertState.Firing)
            {
                writer.WriteStartObject();
                writer.WriteString("id", alert.Id);
                AlertsJson.WriteMarks(writer, parts, alert);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteActions(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("actions");
        foreach (var action in parts.Alerting.Actions)
        {
            writer.WriteStartObject();
            writer.WriteString("name", action.Name);
            writer.WriteString("kind", action.Kind);
            writer.WriteNumber("standing", action.Standing);
            writer.WriteNumber("waiting", action.Waiting);
            writer.WriteNumber("done", action.Done);
            writer.WriteNumber("retried", action.Retried);
            writer.WriteNumber("failed", action.Failed);
            writer.WriteNumber("dropped", action.Dropped);
            writer.WriteString("lastError", action.LastError);
            writer.WriteTime("lastDoneAt", action.LastDoneAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
