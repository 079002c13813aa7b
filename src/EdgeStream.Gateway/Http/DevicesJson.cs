using System.Text.Json;
using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;

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
            WriteDevice(writer, parts, device);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes one device; what is not known of it is left out.</summary>
    public static void WriteDevice(Utf8JsonWriter writer, GatewayParts parts, DeviceSnapshot device)
    {
        writer.WriteStartObject();
        writer.WriteString("id", device.Id);
        writer.WriteString("source", device.Source.ToName());
        writer.WriteBoolean("simulated", device.Simulated);
        writer.WriteString("firstSeen", device.FirstSeen.ToString());
        writer.WriteString("lastSeen", device.LastSeen.ToString());
        writer.WriteNumber("readings", device.Readings);
        var rate = device.RateAt(Timestamp.From(parts.Time.GetUtcNow()));
        writer.WriteNumber("readingsPerSecond", Math.Round(rate, 6));
        writer.WriteNumber("missing", device.Missing);
        writer.WriteNumber("repeated", device.Repeated);
        WriteText(writer, "alias", device.Alias);
        WriteText(writer, "dialect", device.Dialect);
        WriteText(writer, "firmware", device.Firmware);
        WriteNumber(writer, "batteryPercent", device.Vitals.BatteryPercent);
        WriteNumber(writer, "rssiDbm", device.Vitals.RssiDbm);
        WriteNumber(writer, "linkQuality", device.Vitals.LinkQuality);
        if (device.ClockOffsetMicroseconds is { } offset)
        {
            writer.WriteNumber("clockOffsetSeconds", Math.Round(offset / 1_000_000.0, 3));
            writer.WriteBoolean("clockOff", device.IsClockOff);
        }

        writer.WriteStartObject("values");
        foreach (var (field, value) in device.Values)
        {
            writer.WriteFinite(field, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string text)
    {
        if (text.Length > 0)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, float? number)
    {
        if (number is { } known)
        {
            writer.WriteNumber(name, known);
        }
    }
}
