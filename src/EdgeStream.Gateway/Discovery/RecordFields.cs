using System.Globalization;
using System.Text.Json;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Discovery;

/// <summary>Finds the numbers and booleans of a record, with their units where the record has them.</summary>
internal static class RecordFields
{
    /// <summary>The fields in the order of the record, at most 64; none where it is no JSON object.</summary>
    /// <remarks>A record of a single reading has one, named by its measurement.</remarks>
    public static IReadOnlyList<DiscoveredField> Find(ReadOnlyMemory<byte> json)
    {
        var fields = new List<DiscoveredField>();
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                var root = document.RootElement;
                if (root.TryGetProperty("measurement", out var measurement)
                    && measurement.ValueKind == JsonValueKind.String
                    && root.TryGetProperty("value", out var value))
                {
                    Add(fields, measurement.GetString()!, value, TextOf(root, "unit"));
                }
                else
                {
                    Walk(root, fields);
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Bytes that somebody posted, or a name that is no text: what was found before it counts.
        }

        return fields;
    }

    private static void Walk(JsonElement root, List<DiscoveredField> fields)
    {
        var units = root.TryGetProperty("units", out var there) && there.ValueKind == JsonValueKind.Object
            ? there : default;
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name is not ("units" or "historical" or "simulated"))
            {
                var unit = units.ValueKind == JsonValueKind.Object ? TextOf(units, member.Name) : "";
                Add(fields, member.Name, member.Value, unit);
            }
        }
    }

    private static void Add(List<DiscoveredField> fields, string path, JsonElement value, string unit)
    {
        if (fields.Count >= NumericFields.CountMax)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                var isBoolean = value.ValueKind != JsonValueKind.Number;
                fields.Add(new DiscoveredField(path, unit, isBoolean) { Value = value.GetRawText() });
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Add(fields, $"{path}.{member.Name}", member.Value, "");
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Add(fields, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), item, "");
                }

                break;
        }
    }

    private static string TextOf(JsonElement item, string name) =>
        item.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
