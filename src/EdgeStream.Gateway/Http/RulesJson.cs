using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/rules</c>.</summary>
internal static class RulesJson
{
    /// <summary>Writes <c>{"rules":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WriteList(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>rules</c> of an open object.</summary>
    public static void WriteList(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("rules");
        foreach (var rule in parts.Rules.Status)
        {
            writer.WriteStartObject();
            writer.WriteString("name", rule.Name);
            writer.WriteString("kind", rule.Kind);
            writer.WriteString("stream", rule.Stream);
            writer.WriteString("field", rule.Field);
            writer.WriteString("state", rule.State);
            writer.WriteNumber("firing", rule.Firing);
            writer.WriteNumber("pending", rule.Pending);
            writer.WriteString("description", rule.Description);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
