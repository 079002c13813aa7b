using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeStream.Gateway.Tests.Http;

/// <summary>Checks values against the schemas of an OpenAPI document. Knows the keywords that the gateway's document
/// uses, and refuses every other: nothing in it goes unchecked.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly HashSet<string> Annotations = ["description"];

    private readonly List<string> _problems = [];

    /// <summary>What is wrong with a value, one line each.</summary>
    public IReadOnlyList<string> Problems(JsonElement schema, JsonElement value)
    {
        _problems.Clear();
        Check(schema, value, "$");
        return [.. _problems];
    }

    private void Check(JsonElement schema, JsonElement value, string path)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name))
            {
                Check(keyword, schema, value, path);
            }
        }
    }

    private void Check(JsonProperty keyword, JsonElement schema, JsonElement value, string path)
    {
        var given = keyword.Value;
        switch (keyword.Name)
        {
            case "$ref":
                Check(Resolve(given.GetString()!), value, path);
                break;
            case "type":
                Require(IsOfType(given, value), path, $"is no {given}: {value}");
                break;
            case "enum":
                Require(given.EnumerateArray().Any(word => word.GetString() == TextOf(value)), path, $"is {value}");
                break;
            case "format":
                Require(
                    given.GetString() == "date-time" && (value.ValueKind == JsonValueKind.Null || IsTime(value)),
                    path, $"is no {given}: {value}");
                break;
            case "pattern":
                Require(
                    value.ValueKind == JsonValueKind.Null || Regex.IsMatch(TextOf(value) ?? "", given.GetString()!),
                    path, $"does not match {given}: {value}");
                break;
            case "minLength" or "maxLength":
                Bound(keyword.Name, given, TextOf(value)?.Length ?? 0, path);
                break;
            case "minItems" or "maxItems":
                Bound(keyword.Name, given, value.GetArrayLength(), path);
                break;
            case "items":
                CheckItems(given, value, path);
                break;
            case "properties" or "additionalProperties":
                if (keyword.Name == "properties" || !schema.TryGetProperty("properties", out _))
                {
                    CheckMembers(schema, value, path);
                }

                break;
            case "required":
                foreach (var name in given.EnumerateArray())
                {
                    Require(value.TryGetProperty(name.GetString()!, out _), path, $"lacks {name}");
                }

                break;
            case "oneOf":
                var inner = new SchemaCheck(document);
                var fitting = given.EnumerateArray().Count(option => inner.Problems(option, value).Count == 0);
                Require(fitting == 1, path, $"fits {fitting} of oneOf");
                break;
            default:
                _problems.Add($"{path}: the schema has '{keyword.Name}', which nobody checks");
                break;
        }
    }

    private void CheckItems(JsonElement schema, JsonElement value, string path)
    {
        var index = 0;
        foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default)
        {
            Check(schema, item, $"{path}[{index++}]");
        }
    }

    private void CheckMembers(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            var place = $"{path}.{member.Name}";
            if (schema.TryGetProperty("properties", out var members)
                && members.TryGetProperty(member.Name, out var known))
            {
                Check(known, member.Value, place);
            }
            else if (schema.TryGetProperty("additionalProperties", out var others))
            {
                Require(others.ValueKind != JsonValueKind.False, place, "is not in the schema");
                if (others.ValueKind == JsonValueKind.Object)
                {
                    Check(others, member.Value, place);
                }
            }
        }
    }

    private JsonElement Resolve(string reference)
    {
        var found = document;
        foreach (var part in reference.Split('/').Skip(1))
        {
            found = found.GetProperty(part);
        }

        return found;
    }

    private void Bound(string keyword, JsonElement bound, int value, string path) => Require(
        keyword.StartsWith("min", StringComparison.Ordinal) ? value >= bound.GetInt32() : value <= bound.GetInt32(),
        path, $"has {value}, against {keyword} {bound}");

    private void Require(bool isRight, string path, string problem)
    {
        if (!isRight)
        {
            _problems.Add($"{path}: {problem}");
        }
    }

    private static bool IsOfType(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(one.GetString()!, value))
        : IsOfType(type.GetString()!, value);

    private static bool IsOfType(string type, JsonElement value) => (type, value.ValueKind) switch
    {
        ("string", JsonValueKind.String) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array)
            or ("null", JsonValueKind.Null) or ("boolean", JsonValueKind.True or JsonValueKind.False)
            or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => value.TryGetInt64(out _),
        _ => false,
    };

    private static bool IsTime(JsonElement value) => DateTimeOffset.TryParseExact(
        TextOf(value), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string? TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
