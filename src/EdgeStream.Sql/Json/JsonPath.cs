using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Sql;

/// <summary>A way into a JSON text: <c>$.motor.phases[0]."odd name"</c>.</summary>
/// <remarks>Immutable. Where a member occurs twice, the last one counts.</remarks>
internal sealed class JsonPath
{
    private const int StepsMax = 32;

    private readonly List<Step> _steps = [];

    private JsonPath()
    {
    }

    /// <summary>The path through members only.</summary>
    public static JsonPath OfNames(IEnumerable<string> names)
    {
        var path = new JsonPath();
        path._steps.AddRange(names.Select(name => new Step(Encoding.UTF8.GetBytes(name), 0)));
        return path;
    }

    /// <summary>Reads a path; null where it is none. <c>lax</c> and <c>strict</c> before it are read and make no
    /// difference: what is missing is NULL.</summary>
    public static JsonPath? TryParse(string text)
    {
        var rest = text.AsSpan().Trim();
        foreach (var mode in (ReadOnlySpan<string>)["lax ", "strict "])
        {
            rest = rest.StartsWith(mode, StringComparison.OrdinalIgnoreCase) ? rest[mode.Length..].TrimStart() : rest;
        }

        if (rest.IsEmpty || rest[0] != '$')
        {
            return null;
        }

        rest = rest[1..];
        var path = new JsonPath();
        while (!rest.IsEmpty)
        {
            if (path._steps.Count == StepsMax || !TryTakeStep(ref rest, out var step))
            {
                return null;
            }

            path._steps.Add(step);
        }

        return path;
    }

    /// <summary>Moves a reader that stands before a text's first token to the value; false where there is
    /// none.</summary>
    /// <exception cref="JsonException">The text is no JSON before the value is found.</exception>
    public bool TryFind(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        foreach (var step in _steps)
        {
            if (!(step.Name is null ? TryElement(ref reader, step.Index) : TryMember(ref reader, step.Name)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryMember(ref Utf8JsonReader reader, byte[] name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var found = reader;
        var isFound = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(name);
            reader.Read();
            if (isWanted)
            {
                found = reader;
                isFound = true;
            }

            reader.Skip();
        }

        reader = found;
        return isFound;
    }

    private static bool TryElement(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (index-- == 0)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool TryTakeStep(ref ReadOnlySpan<char> rest, out Step step)
    {
        step = default;
        if (rest[0] == '[')
        {
            var end = rest.IndexOf(']');
            if (end < 0)
            {
                return false;
            }

            var inner = rest[1..end].Trim();
            rest = rest[(end + 1)..];
            if (inner.Length > 1 && inner[0] == '\'' && inner[^1] == '\'')
            {
                step = new Step(Encoding.UTF8.GetBytes(inner[1..^1].ToString()), 0);
                return true;
            }

            var isIndex = int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
            step = new Step(null, index);
            return isIndex;
        }

        if (rest[0] != '.' || rest.Length == 1)
        {
            return false;
        }

        rest = rest[1..];
        if (rest[0] == '"')
        {
            var quote = rest[1..].IndexOf('"');
            step = quote < 0 ? default : new Step(Encoding.UTF8.GetBytes(rest.Slice(1, quote).ToString()), 0);
            rest = quote < 0 ? rest : rest[(quote + 2)..];
            return quote >= 0;
        }

        var length = rest.IndexOfAny('.', '[');
        length = length < 0 ? rest.Length : length;
        step = new Step(Encoding.UTF8.GetBytes(rest[..length].ToString()), 0);
        rest = rest[length..];
        return length > 0;
    }

    private readonly record struct Step(byte[]? Name, int Index);
}
