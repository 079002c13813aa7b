using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/alerts</c>.</summary>
internal static class AlertsJson
{
    /// <summary>Writes <c>{"alerts":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WriteList(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>alerts</c> of an open object.</summary>
    public static void WriteList(Utf8JsonWriter writer, GatewayParts parts)
    {
        _ = parts;
        writer.WriteStartArray("alerts");
        writer.WriteEndArray();
    }
}
