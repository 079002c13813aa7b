using System.Text.Json;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Http;

/// <summary>Device twins as the API and MQTT write them.</summary>
internal static class TwinJson
{
    /// <summary>Writes <c>{"device","desired","reported","delta"}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, DeviceTwin twin)
    {
        writer.WriteStartObject();
        writer.WriteString("device", twin.Device);
        writer.WritePropertyName("desired");
        WriteState(writer, twin.Desired);
        writer.WritePropertyName("reported");
        WriteState(writer, twin.Reported);
        writer.WritePropertyName("delta");
        writer.WriteRawValue(twin.Delta(), skipInputValidation: true);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>{"version","updatedAt","state"}</c>; without a time before the first change.</summary>
    public static void WriteState(Utf8JsonWriter writer, TwinState state)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", state.Version);
        if (state.Version > 0)
        {
            writer.WriteString("updatedAt", state.UpdatedAt.ToString());
        }

        writer.WritePropertyName("state");
        writer.WriteRawValue(state.Json.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
