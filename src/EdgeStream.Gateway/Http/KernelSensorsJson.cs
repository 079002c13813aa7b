using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The member <c>sensors</c> of <c>GET /api/status</c>.</summary>
internal static class KernelSensorsJson
{
    /// <summary>Writes the array into an open object: every sensor and watched line of the kernel.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("sensors");
        foreach (var (source, device, status) in parts.Sensors?.Local.KernelStatus ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("source", source);
            writer.WriteString("device", device);
            writer.WriteString("name", status.Name);
            writer.WriteString("sensor", status.Sensor);
            writer.WriteString("unit", status.Unit);
            writer.WriteNumber("readings", status.Readings);
            writer.WriteNumber("failures", status.Failures);
            writer.WriteNumber("lost", status.Lost);
            WriteValue(writer, status.Value, status.Text);
            writer.WriteString("lastReading", status.LastReading?.ToString());
            writer.WriteBoolean("stale", status.IsStale);
            writer.WriteString("problem", status.Problem);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, double? value, string? text)
    {
        if (value is { } number)
        {
            writer.WriteNumber("value", number);
        }
        else
        {
            writer.WriteString("value", text);
        }
    }
}
