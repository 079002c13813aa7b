using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/alerts</c>.</summary>
internal static class AlertsJson
{
    private const int AlertCountMax = 100;

    /// <summary>Writes <c>{"alerts":[…],"pending":[…]}</c>: those that fire, then the newest; and what may fire
    /// soon.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WriteList(writer, parts);
        AlertingJson.WritePending(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>alerts</c> of an open object.</summary>
    public static void WriteList(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("alerts");
        foreach (var alert in parts.Rules.Alerts.Take(AlertCountMax))
        {
            WriteAlert(writer, parts, alert);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes an alert with what people have decided about it, and whether it flaps.</summary>
    public static void WriteAlert(Utf8JsonWriter writer, GatewayParts parts, Alert alert)
    {
        writer.WriteStartObject();
        AlertJson.WriteMembers(writer, alert);
        if (alert.State == AlertState.Firing)
        {
            WriteMarks(writer, parts, alert);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes what is known beside the alert into an open object.</summary>
    public static void WriteMarks(Utf8JsonWriter writer, GatewayParts parts, Alert alert)
    {
        var desk = parts.Alerting.Desk;
        var silence = desk.FindSilence(alert);
        var acknowledgement = desk.FindAcknowledgement(alert.Id);
        if (silence is not null)
        {
            writer.WriteString("silence", silence.Id);
            writer.WriteString("silencedUntil", silence.Until.ToString());
        }

        if (acknowledgement is not null)
        {
            writer.WritePropertyName("acknowledged");
            DeskJson.Write(writer, acknowledgement);
        }

        if (parts.Rules.IsFlapping(alert))
        {
            writer.WriteBoolean("flapping", true);
        }
    }
}
