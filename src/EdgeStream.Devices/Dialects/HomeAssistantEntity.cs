using System.Text;

namespace EdgeStream.Devices;

/// <summary>One value that an announcement has promised under a state topic. Immutable.</summary>
internal sealed record HomeAssistantEntity
{
    /// <summary>The device, in UTF-8.</summary>
    internal required byte[] Device { get; init; }

    /// <summary>The measurement, in UTF-8.</summary>
    internal required byte[] Measurement { get; init; }

    /// <summary>The topic its states come on.</summary>
    internal required string StateTopic { get; init; }

    /// <summary>The unit, in UTF-8; empty where there is none.</summary>
    internal byte[] Unit { get; init; } = [];

    /// <summary>Where the payload has the value; null where the whole payload is it.</summary>
    internal JsonPath? Path { get; init; }

    /// <summary>What its values tell of the device itself.</summary>
    internal Vital Vital { get; init; }

    /// <summary>The version of the device's firmware, in UTF-8; empty where the announcement does not say.</summary>
    internal byte[] Firmware { get; init; } = [];

    /// <summary>What stands for true and false; null where nothing does.</summary>
    internal (byte[] On, byte[] Off)? Words { get; init; }

    /// <summary>The path of a template such as <c>{{ value_json.a.b | round(1) }}</c>; null, and empty text, for one
    /// that stands for the whole payload or is not understood.</summary>
    internal static JsonPath? PathOf(string template)
    {
        var text = template.Trim();
        if (!text.StartsWith("{{", StringComparison.Ordinal) || !text.EndsWith("}}", StringComparison.Ordinal)
            || text.LastIndexOf("{{", StringComparison.Ordinal) > 0)
        {
            return null;
        }

        // Filters round and convert what is shown; the reading keeps what was sent.
        var expression = text[2..^2].Split('|')[0].Trim();
        const string Root = "value_json";
        if (!expression.StartsWith(Root, StringComparison.Ordinal) || expression.AsSpan().ContainsAny(" ()+*"))
        {
            return null;
        }

        var path = new StringBuilder();
        var rest = expression[Root.Length..];
        while (rest.Length > 0)
        {
            var end = rest[0] == '[' ? rest.IndexOf(']') : rest.AsSpan(1).IndexOfAny('.', '[');
            var taken = rest[0] == '[' ? end + 1 : end < 0 ? rest.Length : end + 1;
            var name = rest[0] switch
            {
                '[' when end > 0 => rest[1..end].Trim('\'', '"'),
                '.' => rest[1..taken],
                _ => "",
            };
            if (name.Length == 0 || name.Contains('.'))
            {
                return null;
            }

            var isIndex = rest[0] == '[' && name.All(char.IsAsciiDigit);
            path.Append(isIndex ? $"[{name}]" : path.Length > 0 ? $".{name}" : name);
            rest = rest[taken..];
        }

        return JsonPath.TryParse(path.ToString(), out var parsed, out _) ? parsed : null;
    }
}
