using System.Text.Json;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>Tasmota: <c>tele/&lt;device&gt;/SENSOR</c>, <c>STATE</c>, <c>LWT</c>,
/// <c>stat/&lt;device&gt;/RESULT</c>.</summary>
/// <remarks>
/// The device is the topic's last level but one. <c>Time</c> is local and says no zone unless the device is set to:
/// it counts with the route's <c>zone</c> only. Units come from <c>TempUnit</c> and <c>PressureUnit</c>, and those of
/// <c>ENERGY</c> from Tasmota's documentation. <c>LWT</c> is <c>online</c>, and ON and OFF are booleans.
/// </remarks>
internal sealed class TasmotaDialect : Dialect
{
    private static readonly Rules Known = new();

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        var topic = message.Topic;
        var payload = message.Payload.Trim(" \t\r\n"u8);
        var slash = topic.LastIndexOf((byte)'/');
        var last = topic[(slash + 1)..];
        if (!message.Route.NamesDevice && slash > 0)
        {
            batch.UseDevice(topic[(topic[..slash].LastIndexOf((byte)'/') + 1)..slash]);
        }

        if (payload is [(byte)'{' or (byte)'[', ..])
        {
            return TryReadJson(message, batch, out problem);
        }

        problem = payload.IsEmpty ? "the payload is empty. Tasmota sends JSON or a word"
            : Utf8.IsValid(payload) ? "" : "the payload is neither JSON nor text. Tasmota sends JSON or a word";
        if (problem.Length > 0)
        {
            return false;
        }

        var isNumber = JsonNumber.End(payload, 0, out var isWhole) == payload.Length && isWhole;
        var name = last.SequenceEqual("LWT"u8) ? "online"u8 : last;
        batch.Add(new Reading(
            name,
            isNumber ? ReadingValue.OfDigits(payload)
            : BareDialect.BooleanOf(payload) is { } isTrue ? ReadingValue.Of(isTrue)
            : ReadingValue.OfText(payload)));
        return true;
    }

    private static bool TryReadJson(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        var payload = message.Payload;
        if (!PayloadDecoder.TryValidate(payload, out problem))
        {
            return false;
        }

        var time = default(ReadingTime);
        ReadOnlySpan<byte> temperature = default;
        ReadOnlySpan<byte> pressure = default;
        var members = new Utf8JsonReader(payload, PayloadDecoder.ReaderOptions);
        _ = members.Read();
        while (members.TokenType != JsonTokenType.StartArray && members.Read()
            && members.TokenType == JsonTokenType.PropertyName)
        {
            var name = members.ValueSpan;
            _ = members.Read();
            if (name.SequenceEqual("Time"u8))
            {
                time = EventTimeRule.ReadLocal(ref members, message.Route.Zone, batch.Now);
            }
            else if (name.SequenceEqual("TempUnit"u8))
            {
                temperature = members.ValueSpan.SequenceEqual("F"u8) ? "[degF]"u8 : "Cel"u8;
            }
            else if (name.SequenceEqual("PressureUnit"u8) && members.TokenType == JsonTokenType.String)
            {
                pressure = members.ValueSpan;
            }

            members.Skip();
        }

        var leaves = new JsonLeaves(batch, Known, time) { TemperatureUnit = temperature, PressureUnit = pressure };
        var reader = new Utf8JsonReader(payload, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        leaves.Add(ref reader);
        return true;
    }

    private sealed class Rules : LeafRules
    {
        internal override bool Skips(ReadOnlySpan<byte> name) =>
            name.SequenceEqual("Time"u8) || name.SequenceEqual("TempUnit"u8) || name.SequenceEqual("PressureUnit"u8);

        internal override bool? BooleanOf(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> text) => OnOrOff(text);

        /// <summary>What was received from Zigbee devices is theirs.</summary>
        internal override Vital VitalOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf) =>
            name.StartsWith("ZbReceived_"u8) ? Vital.None
            : name.SequenceEqual("Wifi_Signal"u8) || name.SequenceEqual("StatusSTS_Wifi_Signal"u8) ? Vital.Rssi
            : leaf.SequenceEqual("Battery"u8) || leaf.SequenceEqual("BatteryPercentage"u8) ? Vital.Battery
            : name.SequenceEqual("Info1_Version"u8) || name.SequenceEqual("StatusFWR_Version"u8) ? Vital.Firmware
            : Vital.None;

        internal override ReadOnlySpan<byte> UnitOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf)
        {
            if (leaf.SequenceEqual("Humidity"u8))
            {
                return "%RH"u8;
            }

            if (!name.StartsWith("ENERGY_"u8))
            {
                return leaf.SequenceEqual("Illuminance"u8) ? "lx"u8 : default;
            }

            return name["ENERGY_"u8.Length..] switch
            {
                [(byte)'V', ..] => "V"u8,
                [(byte)'C', ..] => "A"u8,
                [(byte)'T', ..] or [(byte)'Y', ..] => "kWh"u8,
                [(byte)'F', (byte)'r', ..] => "Hz"u8,
                [(byte)'A', (byte)'p', ..] => "VA"u8,
                [(byte)'R', ..] => "var"u8,
                [(byte)'P', (byte)'o', (byte)'w', (byte)'e', (byte)'r'] => "W"u8,
                _ => default,
            };
        }
    }
}
