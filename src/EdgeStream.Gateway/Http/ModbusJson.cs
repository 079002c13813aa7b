using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The member <c>modbus</c> of <c>GET /api/status</c>.</summary>
internal static class ModbusJson
{
    /// <summary>Writes the array into an open object: every device of every line.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("modbus");
        foreach (var source in parts.Sensors?.Local.Modbus ?? [])
        {
            foreach (var device in source.Status)
            {
                writer.WriteStartObject();
                writer.WriteString("source", source.Options.Name);
                writer.WriteString("target", source.Options.Target);
                writer.WriteString("device", device.Name);
                writer.WriteNumber("readings", device.Readings);
                writer.WriteNumber("failures", device.Failures);
                writer.WriteString("lastReading", device.LastReading?.ToString());
                writer.WriteBoolean("stale", device.IsStale);
                writer.WriteString("problem", device.Problem);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }
}
