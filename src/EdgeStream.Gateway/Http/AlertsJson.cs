using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/alerts</c>.</summary>
internal static class AlertsJson
{
    private const int AlertCountMax = 100;

    /// <summary>Writes <c>{"alerts":[…]}</c>: those that fire, then the newest.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WriteList(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>alerts</c> of an open object.</summary>
    public static void WriteList(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("alerts");
        foreach (var alert in parts.Rules.Alerts.Take(AlertCountMax))
        {
            AlertJson.Write(writer, alert);
        }

        writer.WriteEndArray();
    }
}
