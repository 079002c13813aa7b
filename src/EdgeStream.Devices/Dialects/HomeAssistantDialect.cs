using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>Devices that announce themselves to Home Assistant: their announcements, and their states as these
/// say.</summary>
/// <remarks>
/// Topics that end with <c>/config</c> are announcements: a record says what was announced, and the states that come
/// afterwards on the topics they name are read by their value templates, as far as these are paths
/// (<c>{{ value_json.a.b }}</c>, with filters, which are passed over). A state whose template does more is kept as it
/// came. An empty announcement takes one back.
/// </remarks>
internal sealed class HomeAssistantDialect : Dialect
{
    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        var payload = message.Payload.Trim(" \t\r\n"u8);
        if (!Utf8.IsValid(payload))
        {
            problem = $"the payload is not valid UTF-8 from byte {PayloadDecoder.ValidPrefix(payload)} on. Correct the "
                + "sender";
            return false;
        }

        if (message.Topic.EndsWith("/config"u8))
        {
            return TryReadAnnouncement(message, payload, batch, out problem);
        }

        problem = "";
        var entities = message.Memory.HomeAssistant.On(message.Topic);
        var isJson = payload is [(byte)'{' or (byte)'[', ..] && PayloadDecoder.TryValidate(payload, out _);
        foreach (var entity in entities)
        {
            AddState(entity, payload, isJson, message.Route, batch);
        }

        if (batch.Readings == 0)
        {
            problem = entities.Length == 0
                ? "no announcement names this topic as a state_topic. Route the announcements (homeassistant/#) here "
                    + "too and have the device announce itself again, or use the device's own dialect"
                : $"the payload has nothing at '{entities[0].Path?.Text}', where its announcement says that the value "
                    + "is. Correct the sender";
        }

        return batch.Readings > 0;
    }

    private static bool TryReadAnnouncement(
        in DialectMessage message, ReadOnlySpan<byte> payload, ReadingBatch batch, out string problem)
    {
        var topic = Encoding.UTF8.GetString(message.Topic);
        if (message.Memory.HomeAssistant.Take(topic, payload, message.Learning, batch, out problem) is not { } entities)
        {
            return false;
        }

        if (entities.Count > 0 && !message.Route.NamesDevice)
        {
            batch.UseDevice(entities[0].Device);
        }

        batch.Add(new Reading("announced"u8, ReadingValue.Of(!payload.IsEmpty)));
        if (entities.Count > 0)
        {
            batch.NoteFirmware(entities[0].Firmware);
        }

        foreach (var entity in entities)
        {
            batch.Name.Add(entity.Measurement);
            batch.Name.Add("_topic"u8);
            batch.Add(new Reading(
                batch.Name.All, ReadingValue.OfText(Encoding.UTF8.GetBytes(entity.StateTopic)), default, entity.Unit));
            batch.Name.CutTo(0);
        }

        return true;
    }

    private static void AddState(
        HomeAssistantEntity entity, ReadOnlySpan<byte> payload, bool isJson, Route route, ReadingBatch batch)
    {
        var device = route.NamesDevice ? default : entity.Device.AsSpan();
        if (entity.Path is null || !isJson)
        {
            if (entity.Path is null)
            {
                batch.Add(new Reading(
                    entity.Measurement, WholeValue(entity, payload, isJson), default, entity.Unit, device,
                    isHistorical: false, entity.Vital));
            }

            return;
        }

        if (!entity.Path.TryFind(payload, out var reader))
        {
            return;
        }

        if (reader.TokenType == JsonTokenType.String && entity.Words is { } words
            && (reader.ValueSpan.SequenceEqual(words.On) || reader.ValueSpan.SequenceEqual(words.Off)))
        {
            var isOn = reader.ValueSpan.SequenceEqual(words.On);
            batch.Add(new Reading(entity.Measurement, ReadingValue.Of(isOn), default, default, device));
            return;
        }

        var leaves = new JsonLeaves(batch, LeafRules.None) { Device = device, Vital = entity.Vital };
        batch.Name.Add(entity.Measurement);
        leaves.Add(ref reader, entity.Unit);
        batch.Name.CutTo(0);
    }

    private static ReadingValue WholeValue(HomeAssistantEntity entity, ReadOnlySpan<byte> payload, bool isJson)
    {
        if (entity.Words is { } words && (payload.SequenceEqual(words.On) || payload.SequenceEqual(words.Off)))
        {
            return ReadingValue.Of(payload.SequenceEqual(words.On));
        }

        if (isJson)
        {
            return ReadingValue.OfJson(PayloadDecoder.OnOneLine(payload, IngestScratch.OfThread));
        }

        return JsonNumber.End(payload, 0, out var isNumber) == payload.Length && isNumber
            ? ReadingValue.OfDigits(payload) : ReadingValue.OfText(payload);
    }
}
