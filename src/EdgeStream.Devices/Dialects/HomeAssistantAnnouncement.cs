using System.Text;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Reads an announcement of Home Assistant's MQTT discovery, with its abbreviations.</summary>
/// <remarks>
/// <c>&lt;prefix&gt;/&lt;component&gt;/[&lt;node&gt;/]&lt;object&gt;/config</c>, or
/// <c>&lt;prefix&gt;/device/&lt;id&gt;/config</c> with its components inside. Source: the MQTT page of Home
/// Assistant's documentation.
/// </remarks>
internal sealed class HomeAssistantAnnouncement
{
    private readonly string[] _levels;
    private readonly JsonElement _root;
    private readonly string _base;
    private readonly List<HomeAssistantEntity> _entities = [];

    private HomeAssistantAnnouncement(string topic, JsonElement root)
    {
        _levels = topic.Split('/');
        _root = root;
        _base = TextOf(root, "~", "~") ?? "";
    }

    /// <summary>The entities that an announcement names; empty when it names no topic to read.</summary>
    /// <exception cref="JsonException">The bytes are no JSON object.</exception>
    /// <exception cref="FormatException">It is none that is to be read; the message says why.</exception>
    internal static IReadOnlyList<HomeAssistantEntity> Read(string topic, ReadOnlySpan<byte> json)
    {
        var options = new JsonDocumentOptions { MaxDepth = JsonPath.DepthMax };
        using var document = JsonDocument.Parse(json.ToArray(), options);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("An announcement is an object.");
        }

        var reading = new HomeAssistantAnnouncement(topic, document.RootElement);
        reading.ReadAll();
        return reading._entities;
    }

    /// <summary>Whether a gateway made it, of a device that it has readings of.</summary>
    private bool IsOfGateway => Find(_root, "origin", "o") is { ValueKind: JsonValueKind.Object } origin
        && TextOf(origin, "name", "name") == HomeAssistantOrigin.Name;

    private void ReadAll()
    {
        if (IsOfGateway)
        {
            throw new FormatException("a gateway has made the announcement, of readings that it has. Leave its topics "
                + "out where they are subscribed to");
        }

        var components = Find(_root, "components", "cmps");
        if (components is { ValueKind: JsonValueKind.Object } several)
        {
            foreach (var component in several.EnumerateObject())
            {
                if (component.Value.ValueKind == JsonValueKind.Object)
                {
                    Add(component.Name, component.Value, TextOf(component.Value, "platform", "p") ?? "");
                }
            }
        }
        else
        {
            var hasNode = _levels.Length > 4;
            var name = _levels.Length > 1 ? _levels[^2] : "";
            var measurement = hasNode ? name
                : Text(_root, "device_class", "dev_cla") ?? Text(_root, "name", "name") ?? name;
            Add(measurement, _root, _levels.Length > 3 ? _levels[^(hasNode ? 4 : 3)] : "");
        }

        AddAvailability();
    }

    private void Add(string measurement, JsonElement entity, string component)
    {
        if (Text(entity, "state_topic", "stat_t") is not { Length: > 0 } topic)
        {
            return;
        }

        var template = Text(entity, "value_template", "val_tpl");
        _entities.Add(new HomeAssistantEntity
        {
            Device = Encoding.UTF8.GetBytes(DeviceName()),
            Measurement = Encoding.UTF8.GetBytes(measurement),
            StateTopic = Full(topic),
            Unit = Encoding.UTF8.GetBytes(Text(entity, "unit_of_measurement", "unit_of_meas") ?? ""),
            Vital = VitalOf(entity),
            Firmware = Encoding.UTF8.GetBytes(Find(_root, "device", "dev") is { ValueKind: JsonValueKind.Object } device
                ? TextOf(device, "sw_version", "sw") ?? "" : ""),
            Path = template is null ? null : HomeAssistantEntity.PathOf(template),
            Words = component is "binary_sensor" or "switch"
                ? (Encoding.UTF8.GetBytes(Text(entity, "payload_on", "pl_on") ?? "ON"),
                    Encoding.UTF8.GetBytes(Text(entity, "payload_off", "pl_off") ?? "OFF"))
                : null,
        });
    }

    private Vital VitalOf(JsonElement entity) =>
        (Text(entity, "device_class", "dev_cla"), Text(entity, "unit_of_measurement", "unit_of_meas")) switch
        {
            ("battery", "%") => Vital.Battery,
            ("signal_strength", "dBm") => Vital.Rssi,
            _ => Vital.None,
        };

    private void AddAvailability()
    {
        if (Text(_root, "availability_topic", "avty_t") is { Length: > 0 } single)
        {
            AddAvailability(_root, single, TextOf(_root, "availability_template", "avty_tpl"));
        }

        if (Find(_root, "availability", "avty") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object && TextOf(item, "topic", "t") is { Length: > 0 } topic)
                {
                    AddAvailability(item, topic, TextOf(item, "value_template", "val_tpl"));
                }
            }
        }
    }

    private void AddAvailability(JsonElement item, string topic, string? template) =>
        _entities.Add(new HomeAssistantEntity
        {
            Device = Encoding.UTF8.GetBytes(DeviceName()),
            Measurement = "online"u8.ToArray(),
            StateTopic = Full(topic),
            Path = template is null ? null : HomeAssistantEntity.PathOf(template),
            Words = (Encoding.UTF8.GetBytes(Text(item, "payload_available", "pl_avail") ?? "online"),
                Encoding.UTF8.GetBytes(Text(item, "payload_not_available", "pl_not_avail") ?? "offline")),
        });

    private string DeviceName()
    {
        if (Find(_root, "device", "dev") is { ValueKind: JsonValueKind.Object } device)
        {
            var ids = Find(device, "identifiers", "ids");
            var id = ids is { ValueKind: JsonValueKind.Array } several && several.GetArrayLength() > 0
                ? several[0] : ids;
            var name = TextOf(device, "name", "name")
                ?? (id is { ValueKind: JsonValueKind.String } text ? Safe(text) : null);
            if (!string.IsNullOrEmpty(name))
            {
                return name;
            }
        }

        return _levels.Length > 4 ? _levels[^3] : _levels.Length > 1 ? _levels[^2] : "device";
    }

    /// <summary>The base topic may stand at the beginning or the end.</summary>
    private string Full(string topic) =>
        topic.StartsWith('~') ? _base + topic[1..] : topic.EndsWith('~') ? topic[..^1] + _base : topic;

    /// <summary>A member of a component, or of the whole announcement.</summary>
    private string? Text(JsonElement entity, string name, string abbreviation) =>
        TextOf(entity, name, abbreviation) ?? TextOf(_root, name, abbreviation);

    private static string? TextOf(JsonElement entity, string name, string abbreviation) =>
        Find(entity, name, abbreviation) is { ValueKind: JsonValueKind.String } text ? Safe(text) : null;

    private static JsonElement? Find(JsonElement entity, string name, string abbreviation) =>
        entity.TryGetProperty(name, out var found) || entity.TryGetProperty(abbreviation, out found) ? found : null;

    private static string? Safe(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escape that is half of a surrogate pair.
            return null;
        }
    }
}
