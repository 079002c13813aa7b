using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Finds the numbers of a JSON object, each under its path: <c>a.b[0].c</c>.</summary>
public static class NumericFields
{
    /// <summary>The most fields that are found; the rest of the object is left out.</summary>
    public const int CountMax = 64;

    private const int PathCharsMax = 128;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = JsonPath.DepthMax };

    /// <summary>The numbers in the order of the document; empty when it is not a JSON object.</summary>
    /// <remarks>Of fields with the same path the last wins. Paths longer than 128 characters are left out.</remarks>
    public static IReadOnlyList<KeyValuePair<string, double>> Extract(ReadOnlySpan<byte> json)
    {
        var fields = new OrderedFields();
        var reader = new Utf8JsonReader(json, ReaderOptions);
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                WalkObject(ref reader, "", fields);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a name with an escape that stands for no character: what was found before it counts.
        }

        return fields.ToList();
    }

    private static void WalkObject(ref Utf8JsonReader reader, string path, OrderedFields fields)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && !fields.IsFull)
        {
            var name = reader.GetString();
            _ = reader.Read();
            WalkValue(ref reader, path.Length == 0 ? name! : $"{path}.{name}", fields);
        }
    }

    private static void WalkArray(ref Utf8JsonReader reader, string path, OrderedFields fields)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray && !fields.IsFull; index++)
        {
            WalkValue(ref reader, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), fields);
        }
    }

    private static void WalkValue(ref Utf8JsonReader reader, string path, OrderedFields fields)
    {
        if (path.Length > PathCharsMax)
        {
            reader.Skip();
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WalkObject(ref reader, path, fields);
                break;
            case JsonTokenType.StartArray:
                WalkArray(ref reader, path, fields);
                break;
            case JsonTokenType.Number when reader.TryGetDouble(out var value) && double.IsFinite(value):
                fields.Set(path, value);
                break;
        }
    }

    private sealed class OrderedFields
    {
        private readonly List<KeyValuePair<string, double>> _fields = [];

        internal bool IsFull => _fields.Count >= CountMax;

        internal void Set(string path, double value)
        {
            var index = _fields.FindIndex(field => field.Key == path);
            if (index >= 0)
            {
                _fields[index] = new KeyValuePair<string, double>(path, value);
            }
            else
            {
                _fields.Add(new KeyValuePair<string, double>(path, value));
            }
        }

        internal List<KeyValuePair<string, double>> ToList() => _fields;
    }
}
