using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The member <c>wear</c> of the status: what was written to the disk, and how long it lasts.</summary>
internal static class WearJson
{
    /// <summary>Writes the member of an open object; what is not known is null.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        var wear = parts.Wear.Status(parts.Config.EnduranceBytes);
        writer.WriteStartObject("wear");
        writer.WriteTime("since", wear.Since.ToDateTimeOffset());
        writer.WriteString("device", wear.Device);
        WriteNumber(writer, "processBytes", wear.ProcessBytes);
        WriteNumber(writer, "deviceBytes", wear.DeviceBytes);
        writer.WriteNumber("payloadBytes", wear.PayloadBytes);
        WriteNumber(writer, "bytesPerPayloadByte", wear.BytesPerPayloadByte, 2);
        WriteNumber(writer, "deviceBytesPerPayloadByte", wear.DeviceBytesPerPayloadByte, 2);
        WriteNumber(writer, "processBytesPerHour", wear.ProcessBytesPerHour);
        WriteNumber(writer, "processBytesPerDay", wear.ProcessBytesPerDay);
        WriteNumber(writer, "deviceBytesPerHour", wear.DeviceBytesPerHour);
        WriteNumber(writer, "deviceBytesPerDay", wear.DeviceBytesPerDay);
        WriteNumber(writer, "enduranceBytes", wear.EnduranceBytes);
        WriteNumber(writer, "daysLeft", wear.DaysLeft, 1);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value, int digits = 0)
    {
        if (value is { } known)
        {
            writer.WriteNumber(name, Math.Round(known, digits));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
