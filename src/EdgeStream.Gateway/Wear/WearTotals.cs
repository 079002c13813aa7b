using System.Buffers;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Wear;

/// <summary>
/// What was written since the gateway first counted, over restarts: the state entry <c>wear</c>, one JSON object, its
/// members frozen by a test.
/// </summary>
/// <param name="Since">When counting began.</param>
/// <param name="ObservedSeconds">How long the gateway has run since then.</param>
/// <param name="ProcessBytes">What the gateway has written.</param>
/// <param name="DeviceBytes">What all programs have written to the disk, as far as it was seen.</param>
/// <param name="PayloadBytes">Keys and values of the records that were accepted meanwhile.</param>
/// <param name="BootId">The start of the machine at which <paramref name="DeviceCounter"/> was read.</param>
/// <param name="Device">The disk that it was read from; empty for none.</param>
/// <param name="DeviceCounter">The disk's own count then: what it grows by until the next start is not lost.</param>
internal sealed record WearTotals(
    Timestamp Since, long ObservedSeconds, long ProcessBytes, long DeviceBytes, long PayloadBytes,
    string BootId, string Device, long DeviceCounter)
{
    /// <summary>The key in the state.</summary>
    public const string Key = "wear";

    private const int Version = 1;

    /// <summary>Reads the state's entry; null when there is none, or none that this program knows.</summary>
    public static WearTotals? Load(StateStore state)
    {
        if (!state.TryGet(Key, out var value))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(value);
            var root = document.RootElement;
            return root.GetProperty("version").GetInt32() != Version ? null : new WearTotals(
                Timestamp.FromUnixMilliseconds(root.GetProperty("sinceUnixMs").GetInt64()),
                root.GetProperty("observedSeconds").GetInt64(),
                root.GetProperty("processBytes").GetInt64(),
                root.GetProperty("deviceBytes").GetInt64(),
                root.GetProperty("payloadBytes").GetInt64(),
                root.GetProperty("bootId").GetString() ?? "",
                root.GetProperty("device").GetString() ?? "",
                root.GetProperty("deviceCounter").GetInt64());
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            // These are figures for people: counting begins anew rather than keeping the gateway from starting.
            return null;
        }
    }

    /// <summary>The entry's bytes.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteNumber("sinceUnixMs", Since.UnixMicroseconds / 1000);
            writer.WriteNumber("observedSeconds", ObservedSeconds);
            writer.WriteNumber("processBytes", ProcessBytes);
            writer.WriteNumber("deviceBytes", DeviceBytes);
            writer.WriteNumber("payloadBytes", PayloadBytes);
            writer.WriteString("bootId", BootId);
            writer.WriteString("device", Device);
            writer.WriteNumber("deviceCounter", DeviceCounter);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
