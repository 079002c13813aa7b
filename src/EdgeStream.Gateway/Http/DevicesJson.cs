using System.Text.Json;
using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/devices</c>.</summary>
internal static class DevicesJson
{
    /// <summary>Writes <c>{"devices":[…]}</c>, the one seen last first.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("devices");
        foreach (var device in parts.Devices.List())
        {
            WriteDevice(writer, device);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteDevice(Utf8JsonWriter writer, DeviceSnapshot device)
    {
        writer.WriteStartObject();
        writer.WriteString("id", device.Id);
        writer.WriteString("source", device.Source.ToName());
        writer.WriteBoolean("simulated", device.Simulated);
        writer.WriteString("firstSeen", device.FirstSeen.ToString());
        writer.WriteString("lastSeen", device.LastSeen.ToString());
        writer.WriteNumber("readings", device.Readings);
        writer.WriteStartObject("values");
        foreach (var (field, value) in device.Values)
        {
            writer.WriteFinite(field, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
