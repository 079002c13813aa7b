using System.Text;

namespace EdgeStream.Devices;

/// <summary>One field of a route: <c>name (unit) = place</c>.</summary>
/// <param name="Name">The measurement, in UTF-8.</param>
/// <param name="Unit">Its unit; empty for none.</param>
/// <param name="Place">Where it stands; empty where the order tells.</param>
internal sealed record DialectField(byte[] Name, byte[] Unit, string Place)
{
    /// <summary>The most fields that a route has.</summary>
    internal const int CountMax = 256;

    /// <summary>Reads a route's fields; on false <paramref name="problem"/> says what is wrong.</summary>
    internal static bool TryParse(
        RouteDefinition definition, bool hasPlaces, out DialectField[] fields, out RouteProblem? problem)
    {
        fields = [];
        problem = definition.Fields.Count > CountMax
            ? Problem($"there are {definition.Fields.Count} fields; at most {CountMax} are allowed")
            : null;
        var found = new List<DialectField>();
        foreach (var text in definition.Fields)
        {
            var isField = TryParse(text, hasPlaces, out var field);
            problem ??= isField ? null : Problem(hasPlaces
                ? $"'{text}' is no field; write it like 'temperature (Cel) = place', where the unit may be left out"
                : $"'{text}' is no column; write it like 'temperature (Cel)', where the unit may be left out");
            found.Add(field);
        }

        fields = [.. found];
        return problem is null;
    }

    internal static RouteProblem Problem(string message) => new("fields", message);

    private static bool TryParse(string text, bool hasPlaces, out DialectField field)
    {
        var equals = text.IndexOf('=');
        var name = hasPlaces && equals >= 0 ? text[..equals].Trim() : text.Trim();
        var place = hasPlaces && equals >= 0 ? text[(equals + 1)..].Trim() : "";
        var unit = "";
        if (name.EndsWith(')') && name.LastIndexOf('(') is var open and > 0)
        {
            unit = name[(open + 1)..^1].Trim();
            name = name[..open].Trim();
        }

        field = new DialectField(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(unit), place);
        return name.Length > 0 && (place.Length > 0) == hasPlaces;
    }
}
