using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The member <c>sources</c> of <c>GET /api/status</c>.</summary>
internal static class SourcesJson
{
    /// <summary>Writes the array into an open object.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("sources");
        foreach (var source in parts.Sources.Status())
        {
            writer.WriteStartObject();
            writer.WriteString("name", source.Name);
            writer.WriteString("target", source.Target);
            writer.WriteBoolean("connected", source.Link.IsConnected);
            writer.WriteBoolean("subscribed", source.Link.IsSubscribed);
            writer.WriteNumber("connections", source.Link.Connections);
            writer.WriteNumber("received", source.Counters.Received);
            writer.WriteNumber("acknowledged", source.Counters.Acknowledged);
            writer.WriteNumber("repeated", source.Counters.Repeated);
            writer.WriteNumber("refused", source.Counters.Refused);
            writer.WriteNumber("inFlight", source.Link.InFlight);
            writer.WriteString("problem", source.Link.Problem);
            writer.WriteTime("nextAttemptAt", source.Link.NextAttemptAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
