using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Http;

namespace EdgeStream.Gateway.Discovery;

/// <summary>A device as Home Assistant is told of it: its announcement, its state, and whether it is there.</summary>
/// <remarks>One caller at a time. At most 64 fields; later ones are left out.</remarks>
internal sealed class DiscoveredDevice
{
    private const string StateTopicPrefix = MqttIngest.OwnTopics + "devices/";
    private const string ObjectPrefix = "edgestream_";

    private readonly List<DiscoveredField> _fields = [];
    private string _name = "";
    private string _firmware = "";

    /// <summary>A device, of which nothing is told yet.</summary>
    /// <param name="objectId">Its name in topics: see <see cref="ObjectIdOf"/>.</param>
    /// <param name="id">The device's id.</param>
    /// <param name="prefix">What the topics of announcements begin with.</param>
    public DiscoveredDevice(string objectId, string id, string prefix)
    {
        Id = id;
        Prefix = prefix;
        ObjectId = objectId;
    }

    /// <summary>The device's id.</summary>
    public string Id { get; }

    /// <summary>What the topic of its announcement begins with.</summary>
    public string Prefix { get; }

    /// <summary>Its name in topics and of its entities: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string ObjectId { get; }

    /// <summary>Whether it was said to be there; null where nothing was said.</summary>
    public bool? IsOnline { get; set; }

    /// <summary>Whether its newest word on that is that it is away.</summary>
    public bool SaysOffline => _fields.Exists(static found => found is { Path: "online", Value: "false" });

    /// <summary>Where it is announced.</summary>
    public string ConfigTopic => $"{Prefix}/device/{ObjectId}/config";

    /// <summary>Where its values are.</summary>
    public string StateTopic => $"{StateTopicPrefix}{ObjectId}/state";

    /// <summary>Where it says whether it is there.</summary>
    public string AvailabilityTopic => $"{StateTopicPrefix}{ObjectId}/availability";

    /// <summary>Takes the newest record.</summary>
    /// <param name="device">What the registry knows.</param>
    /// <param name="record">The record.</param>
    /// <returns>Whether it is to be announced anew, and whether there is a value to tell of.</returns>
    public (bool IsNews, bool HasValues) Take(DeviceSnapshot device, ReadOnlyMemory<byte> record)
    {
        var name = device.Alias.Length > 0 ? device.Alias : device.Id;
        var isNews = name != _name || device.Firmware != _firmware;
        (_name, _firmware) = (name, device.Firmware);
        foreach (var found in RecordFields.Find(record))
        {
            var index = _fields.FindIndex(field => field.Path == found.Path);
            if (index < 0 && _fields.Count < NumericFields.CountMax)
            {
                _fields.Add(found);
                isNews = true;
            }
            else if (index >= 0)
            {
                isNews |= _fields[index] != found with { Value = _fields[index].Value };
                _fields[index] = found;
            }
        }

        return (isNews && _fields.Count > 0, _fields.Count > 0);
    }

    /// <summary>The announcement of a device with its components.</summary>
    public ReadOnlyMemory<byte> Announcement() => JsonBytes.Of(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("device");
        writer.WriteStartArray("identifiers");
        writer.WriteStringValue(ObjectId);
        writer.WriteEndArray();
        writer.WriteString("name", _name);
        if (_firmware.Length > 0)
        {
            writer.WriteString("sw_version", _firmware);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("origin");
        writer.WriteString("name", HomeAssistantOrigin.Name);
        writer.WriteString("sw_version", GatewayVersion.Text);
        writer.WriteEndObject();
        writer.WriteString("state_topic", StateTopic);
        writer.WriteString("availability_topic", AvailabilityTopic);
        writer.WriteStartObject("components");
        foreach (var field in _fields)
        {
            WriteComponent(writer, field);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>The newest value of every field.</summary>
    public ReadOnlyMemory<byte> State() => JsonBytes.Of(writer =>
    {
        writer.WriteStartObject();
        foreach (var field in _fields)
        {
            writer.WritePropertyName(field.Path);
            writer.WriteRawValue(field.Value, skipInputValidation: true);
        }

        writer.WriteEndObject();
    });

    private void WriteComponent(Utf8JsonWriter writer, DiscoveredField field)
    {
        var id = $"{ObjectId}_{Safe(field.Path)}";
        var member = $"value_json['{field.Path.Replace("\\", "\\\\").Replace("'", "\\'")}']";
        writer.WriteStartObject(Safe(field.Path));
        writer.WriteString("platform", field.IsBoolean ? "binary_sensor" : "sensor");
        writer.WriteString("name", field.Path);
        writer.WriteString("unique_id", id);
        if (field.IsBoolean)
        {
            writer.WriteString("value_template", $"{{{{ 'ON' if {member} else 'OFF' }}}}");
        }
        else
        {
            writer.WriteString("value_template", $"{{{{ {member} }}}}");
            WriteKind(writer, field);
        }

        writer.WriteEndObject();
    }

    private static void WriteKind(Utf8JsonWriter writer, DiscoveredField field)
    {
        var (unit, deviceClass) = DiscoveryUnits.Of(field.Path, field.Unit);
        if (unit is not null)
        {
            writer.WriteString("unit_of_measurement", unit);
        }

        if (deviceClass is not null)
        {
            writer.WriteString("device_class", deviceClass);
        }

        writer.WriteString("state_class", DiscoveryUnits.IsTotal(deviceClass) ? "total_increasing" : "measurement");
    }

    /// <summary>The name of a gateway's device in topics.</summary>
    public static string ObjectIdOf(string nodeId, string id) => $"{ObjectPrefix}{Safe(nodeId)}_{Safe(id)}";

    /// <summary>Only the characters that a topic's level and an entity's id may have; a name that has others ends with
    /// what tells it from those it would be alike.</summary>
    private static string Safe(string name)
    {
        const int LengthMax = 64;
        const int HashSizeBytes = 4;
        var safe = new StringBuilder();
        foreach (var letter in name)
        {
            safe.Append(char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_');
        }

        if (safe.Length <= LengthMax && safe.Equals(name))
        {
            return name;
        }

        safe.Length = Math.Min(safe.Length, LengthMax);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return $"{safe}_{Convert.ToHexStringLower(hash.AsSpan(0, HashSizeBytes))}";
    }
}
