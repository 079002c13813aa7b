using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Zigbee2MQTT: <c>zigbee2mqtt/&lt;friendly name&gt;</c> and what stands below it.</summary>
/// <remarks>
/// The device is the friendly name, which may have slashes. <c>last_seen</c> is the event time where the bridge sends
/// it. <c>…/availability</c> is <c>online</c>. What others ask of a device (<c>…/set</c>, <c>…/get</c>) has the prefix
/// <c>command</c>. The bridge's own lists stay as they are, one member each.
/// </remarks>
internal sealed class ZigbeeDialect : Dialect
{
    private static readonly Rules Known = new();

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        var name = message.Topic[(message.Topic.IndexOf((byte)'/') + 1)..];
        if (name.StartsWith("bridge/"u8))
        {
            return TryReadBridge(message, name["bridge/"u8.Length..], batch, out problem);
        }

        if (name.EndsWith("/availability"u8))
        {
            UseDevice(message, name[..^"/availability"u8.Length], batch);
            return TryReadAvailability(message.Payload, batch, out problem);
        }

        var isCommand = name.EndsWith("/set"u8) || name.EndsWith("/get"u8);
        UseDevice(message, isCommand ? name[..^"/set"u8.Length] : name, batch);
        if (isCommand)
        {
            batch.Name.Add("command"u8);
        }

        return TryReadState(message, batch, out problem);
    }

    private static bool TryReadState(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        if (!PayloadDecoder.TryValidate(message.Payload, out problem))
        {
            return false;
        }

        var reader = new Utf8JsonReader(message.Payload, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        var leaves = new JsonLeaves(batch, Known, TimeOf(message, batch));
        leaves.Add(ref reader);
        return true;
    }

    private static ReadingTime TimeOf(in DialectMessage message, ReadingBatch batch)
    {
        var reader = new Utf8JsonReader(message.Payload, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        while (reader.TokenType != JsonTokenType.StartArray && reader.Read()
            && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTime = reader.ValueSpan.SequenceEqual("last_seen"u8);
            _ = reader.Read();
            if (isTime && reader.TokenType != JsonTokenType.Null)
            {
                return EventTimeRule.ReadLocal(ref reader, message.Route.Zone, batch.Now);
            }

            reader.Skip();
        }

        return default;
    }

    /// <summary>A word, or from version 2 on <c>{"state":"online"}</c>.</summary>
    private static bool TryReadAvailability(ReadOnlySpan<byte> payload, ReadingBatch batch, out string problem)
    {
        problem = "";
        var isOnline = payload.IndexOf("online"u8) >= 0;
        if (!isOnline && payload.IndexOf("offline"u8) < 0)
        {
            problem = "the payload says neither online nor offline, which is what a device's availability is";
            return false;
        }

        batch.Add(new Reading("online"u8, ReadingValue.Of(isOnline)));
        return true;
    }

    private static bool TryReadBridge(
        in DialectMessage message, ReadOnlySpan<byte> what, ReadingBatch batch, out string problem)
    {
        UseDevice(message, "bridge"u8, batch);
        if (what.SequenceEqual("state"u8))
        {
            return TryReadAvailability(message.Payload, batch, out problem);
        }

        if (!PayloadDecoder.TryValidate(message.Payload, out problem))
        {
            return false;
        }

        batch.Add(new Reading(what, ReadingValue.OfJson(
            PayloadDecoder.OnOneLine(message.Payload, IngestScratch.OfThread))));
        return true;
    }

    private static void UseDevice(in DialectMessage message, ReadOnlySpan<byte> name, ReadingBatch batch)
    {
        if (!message.Route.NamesDevice)
        {
            batch.UseDevice(name);
        }
    }

    private sealed class Rules : LeafRules
    {
        internal override bool Skips(ReadOnlySpan<byte> name) => name.SequenceEqual("last_seen"u8);

        internal override bool? BooleanOf(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> text) => OnOrOff(text);

        internal override Vital VitalOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf) =>
            name.SequenceEqual("battery"u8) ? Vital.Battery
            : name.SequenceEqual("linkquality"u8) ? Vital.LinkQuality
            : name.SequenceEqual("update_installed_version"u8) ? Vital.Firmware : Vital.None;

        internal override ReadOnlySpan<byte> UnitOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf) =>
            leaf.SequenceEqual("temperature"u8) || leaf.SequenceEqual("device_temperature"u8)
                || leaf.SequenceEqual("local_temperature"u8) ? "Cel"u8
            : leaf.SequenceEqual("humidity"u8) ? "%RH"u8
            : leaf.SequenceEqual("pressure"u8) ? "hPa"u8
            : leaf.SequenceEqual("battery"u8) ? "%EL"u8
            : leaf.SequenceEqual("power"u8) ? "W"u8
            : leaf.SequenceEqual("energy"u8) ? "kWh"u8
            : leaf.SequenceEqual("current"u8) ? "A"u8
            : leaf.SequenceEqual("illuminance_lux"u8) ? "lx"u8 : default;
    }
}
