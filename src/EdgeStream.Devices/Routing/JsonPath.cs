using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>The way to one value of a JSON object: <c>a.b[0].c</c>.</summary>
/// <remarks>
/// Member names hold no dot and no bracket. Of members with the same name the first is taken. Finding allocates
/// nothing.
/// </remarks>
internal sealed class JsonPath
{
    /// <summary>The deepest nesting of a document that is accepted.</summary>
    internal const int DepthMax = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = DepthMax };

    private readonly Step[] _steps;

    private JsonPath(string text, Step[] steps)
    {
        Text = text;
        _steps = steps;
    }

    /// <summary>The path as it was written.</summary>
    internal string Text { get; }

    /// <summary>Reads a path.</summary>
    internal static bool TryParse(string text, out JsonPath? path, out string problem)
    {
        path = null;
        problem = "";
        var steps = new List<Step>();
        foreach (var part in text.Split('.'))
        {
            var bracket = part.IndexOf('[');
            var name = bracket < 0 ? part : part[..bracket];
            if (name.Length == 0 || name.Contains(']'))
            {
                problem = $"the path '{text}' has no member name where one is due; write it like 'a.b[0].c'";
                return false;
            }

            steps.Add(new Step(Encoding.UTF8.GetBytes(name), 0));
            if (bracket >= 0 && !TryAddItems(part.AsSpan(bracket), steps))
            {
                problem = $"the path '{text}' has a bracket without an array index; write it like 'a.b[0].c'";
                return false;
            }
        }

        if (steps.Count > DepthMax)
        {
            problem = $"the path has {steps.Count} steps; documents nest at most {DepthMax} deep";
            return false;
        }

        path = new JsonPath(text, [.. steps]);
        return true;
    }

    /// <summary>Stands the reader on the value; false when the document has none there.</summary>
    /// <param name="json">A valid document.</param>
    /// <param name="reader">Stands on the value.</param>
    internal bool TryFind(ReadOnlySpan<byte> json, out Utf8JsonReader reader)
    {
        reader = new Utf8JsonReader(json, ReaderOptions);
        _ = reader.Read();
        foreach (var step in _steps)
        {
            if (!(step.Name is null ? TryEnterItem(ref reader, step.Index) : TryEnterMember(ref reader, step.Name)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryEnterMember(ref Utf8JsonReader reader, byte[] name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueIsEscaped ? EscapedNameEquals(ref reader, name) : reader.ValueSpan.SequenceEqual(name))
            {
                return reader.Read();
            }

            reader.Skip();
        }

        return false;
    }

    private static bool EscapedNameEquals(ref Utf8JsonReader reader, byte[] name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // The name has an escape that stands for no character, such as half of a surrogate pair: no path spells it.
            return false;
        }
    }

    private static bool TryEnterItem(ref Utf8JsonReader reader, int index)
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

    private static bool TryAddItems(ReadOnlySpan<char> brackets, List<Step> steps)
    {
        while (!brackets.IsEmpty)
        {
            var end = brackets.IndexOf(']');
            if (brackets[0] != '['
                || end < 0
                || !int.TryParse(brackets[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                return false;
            }

            steps.Add(new Step(null, index));
            brackets = brackets[(end + 1)..];
        }

        return true;
    }

    private readonly record struct Step(byte[]? Name, int Index);
}
