using System.Text.Json;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>Shelly of the second generation and later: notifications, component states, and who is online.</summary>
/// <remarks>
/// <c>…/events/rpc</c> carries JSON-RPC: members of <c>params</c> or <c>result</c> become readings named
/// <c>switch:0_apower</c>, <c>ts</c> is their time and <c>src</c> the device. An event gives <c>input:0_event</c>.
/// <c>…/status/switch:0</c> is one component's state, <c>…/online</c> a boolean. Requests of others have the prefix
/// <c>command</c>.
/// </remarks>
internal sealed class ShellyDialect : Dialect
{
    private static readonly Rules Known = new();

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        problem = "";
        var topic = message.Topic;
        var status = topic.LastIndexOf("/status/"u8);
        var device = status >= 0 ? topic[..status]
            : topic.EndsWith("/events/rpc"u8) ? topic[..^"/events/rpc"u8.Length]
            : topic.LastIndexOf((byte)'/') is var slash and > 0 ? topic[..slash] : topic;
        if (!message.Route.NamesDevice)
        {
            batch.UseDevice(device);
        }

        if (topic.EndsWith("/online"u8))
        {
            return TryReadOnline(message.Payload, batch, out problem);
        }

        if (!PayloadDecoder.TryValidate(message.Payload, out problem))
        {
            return false;
        }

        if (status < 0)
        {
            return TryReadRpc(message, batch, out problem);
        }

        batch.Name.Add(topic[(status + "/status/"u8.Length)..]);
        AddAll(message.Payload, default, batch);
        return true;
    }

    private static bool TryReadOnline(ReadOnlySpan<byte> payload, ReadingBatch batch, out string problem)
    {
        problem = "";
        if (!Utf8.IsValid(payload) || BareDialect.BooleanOf(payload) is not { } isOnline)
        {
            problem = "the payload is neither true nor false, which is what '…/online' says";
            return false;
        }

        batch.Add(new Reading("online"u8, ReadingValue.Of(isOnline)));
        return true;
    }

    private static bool TryReadRpc(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        problem = "";
        ReadOnlySpan<byte> body = default;
        ReadOnlySpan<byte> source = default;
        var isNotification = false;
        var isResult = false;
        var reader = new Utf8JsonReader(message.Payload, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        while (reader.TokenType != JsonTokenType.StartArray && reader.Read()
            && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            _ = reader.Read();
            if (name.SequenceEqual("src"u8) && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped)
            {
                source = reader.ValueSpan;
            }
            else if (name.SequenceEqual("method"u8) && reader.TokenType == JsonTokenType.String)
            {
                isNotification = reader.ValueSpan.StartsWith("Notify"u8);
            }
            else if ((name.SequenceEqual("params"u8) || name.SequenceEqual("result"u8))
                && reader.TokenType == JsonTokenType.StartObject)
            {
                isResult = name[0] == 'r';
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                body = message.Payload[start..(int)reader.BytesConsumed];
            }

            reader.Skip();
        }

        if (!isNotification && !isResult)
        {
            batch.Name.Add("command"u8);
            AddAll(message.Payload, default, batch);
            return true;
        }

        if (body.IsEmpty)
        {
            problem = "the notification has no object 'params'. Shelly sends one with each";
            return false;
        }

        if (!source.IsEmpty && !message.Route.NamesDevice)
        {
            batch.UseDevice(source);
        }

        AddBody(body, message.Route, batch);
        return true;
    }

    private static void AddBody(ReadOnlySpan<byte> body, Route route, ReadingBatch batch)
    {
        var time = default(ReadingTime);
        var reader = new Utf8JsonReader(body, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTime = reader.ValueSpan.SequenceEqual("ts"u8);
            var isEvents = reader.ValueSpan.SequenceEqual("events"u8);
            _ = reader.Read();
            if (isTime && reader.TokenType == JsonTokenType.Number)
            {
                time = EventTimeRule.Read(ref reader, route.Zone, batch.Now);
            }
            else if (isEvents && reader.TokenType == JsonTokenType.StartArray)
            {
                AddEvents(ref reader, body, route, batch);
            }

            reader.Skip();
        }

        AddAll(body, time, batch);
    }

    /// <summary>Each event in a record of its own: two of one button are two.</summary>
    private static void AddEvents(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Route route, ReadingBatch batch)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var item = body[start..(int)reader.BytesConsumed];
            ReadOnlySpan<byte> component = default;
            var time = default(ReadingTime);
            var members = new Utf8JsonReader(item, PayloadDecoder.ReaderOptions);
            _ = members.Read();
            while (members.Read() && members.TokenType == JsonTokenType.PropertyName)
            {
                var name = members.ValueSpan;
                _ = members.Read();
                if (name.SequenceEqual("component"u8) && members.TokenType == JsonTokenType.String)
                {
                    component = members.ValueSpan;
                }
                else if (name.SequenceEqual("ts"u8) && members.TokenType == JsonTokenType.Number)
                {
                    time = EventTimeRule.Read(ref members, route.Zone, batch.Now);
                }

                members.Skip();
            }

            batch.Name.Add(component);
            AddAll(item, time, batch);
            batch.Close();
        }
    }

    private static void AddAll(ReadOnlySpan<byte> json, ReadingTime time, ReadingBatch batch)
    {
        var reader = new Utf8JsonReader(json, PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        var leaves = new JsonLeaves(batch, Known, time);
        leaves.Add(ref reader);
        batch.Name.CutTo(0);
    }

    private sealed class Rules : LeafRules
    {
        internal override bool Skips(ReadOnlySpan<byte> name) =>
            name.SequenceEqual("ts"u8) || name.SequenceEqual("events"u8);

        internal override Vital VitalOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf) =>
            name.SequenceEqual("wifi_rssi"u8) ? Vital.Rssi
            : name.StartsWith("devicepower:"u8) && name.EndsWith("_battery_percent"u8) ? Vital.Battery
            : name.SequenceEqual("ver"u8) ? Vital.Firmware : Vital.None;

        internal override ReadOnlySpan<byte> UnitOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf) =>
            leaf.SequenceEqual("tC"u8) ? "Cel"u8
            : leaf.SequenceEqual("tF"u8) ? "[degF]"u8
            : leaf.SequenceEqual("rh"u8) ? "%RH"u8
            : leaf.SequenceEqual("apower"u8) || leaf.EndsWith("act_power"u8) ? "W"u8
            : leaf.SequenceEqual("voltage"u8) ? "V"u8
            : leaf.SequenceEqual("current"u8) ? "A"u8
            : leaf.SequenceEqual("freq"u8) ? "Hz"u8
            : name.EndsWith("aenergy_total"u8) ? "Wh"u8
            : leaf.SequenceEqual("rssi"u8) ? "dBm"u8
            : leaf.SequenceEqual("uptime"u8) ? "s"u8 : default;
    }
}
