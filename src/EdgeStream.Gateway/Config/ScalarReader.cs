using System.Globalization;

namespace EdgeStream.Gateway.Config;

/// <summary>Turns the text of one value into the value, or says what is allowed.</summary>
internal static class ScalarReader
{
    /// <summary>Reads a value as the key demands.</summary>
    /// <returns>Null when all is well, else what is wrong and what is allowed.</returns>
    public static string? Read(SchemaScalar key, string text, out object value)
    {
        value = text;
        return key.Kind switch
        {
            SchemaValueKind.Boolean => ReadBoolean(key, text, out value),
            SchemaValueKind.Integer => ReadInteger(key, text, out value),
            SchemaValueKind.Number => ReadNumber(key, text, out value),
            SchemaValueKind.Duration => ReadDuration(key, text, out value),
            SchemaValueKind.Size => ReadSize(key, text, out value),
            _ => CheckText(key, text),
        };
    }

    private static string? CheckText(SchemaScalar key, string text)
    {
        if (key.Choices.Count > 0)
        {
            if (key.Choices.Contains(text, StringComparer.Ordinal))
            {
                return null;
            }

            var suggestion = DidYouMean.Suggest(text, key.Choices) is { } word ? $"; did you mean '{word}'?" : ";";
            return $"'{key.Name}' cannot be '{text}'{suggestion} allowed: {string.Join(", ", key.Choices)}";
        }

        if (text.Length < key.Minimum || text.Length > key.Maximum)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"'{key.Name}' must be {key.Minimum:0} to {key.Maximum:0} characters long, not {text.Length}");
        }

        return key.Check?.Invoke(text) is { } problem ? $"'{key.Name}' {problem}" : null;
    }

    private static string? ReadBoolean(SchemaScalar key, string text, out object value)
    {
        value = text == "true";
        return text is "true" or "false" ? null : $"'{key.Name}' cannot be '{text}'; allowed: true, false";
    }

    private static string? ReadInteger(SchemaScalar key, string text, out object value)
    {
        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        value = number;
        return isNumber && number >= key.Minimum && number <= key.Maximum
            ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"'{key.Name}' cannot be '{text}'; allowed: a whole number from {key.Minimum:0} to {key.Maximum:0}");
    }

    private static string? ReadNumber(SchemaScalar key, string text, out object value)
    {
        const NumberStyles Styles =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var isNumber = double.TryParse(text, Styles, CultureInfo.InvariantCulture, out var number);
        value = number;
        if (isNumber && number >= key.Minimum && number <= key.Maximum)
        {
            return null;
        }

        var range = key.Minimum == double.MinValue
            ? "a number"
            : string.Create(CultureInfo.InvariantCulture, $"a number from {key.Minimum} to {key.Maximum}");
        return $"'{key.Name}' cannot be '{text}'; allowed: {range}";
    }

    private static string? ReadDuration(SchemaScalar key, string text, out object value)
    {
        var isDuration = DurationText.TryParse(text, out var duration);
        value = duration;
        if (!isDuration)
        {
            return $"'{key.Name}' cannot be '{text}'; allowed: {DurationText.Allowed}";
        }

        return duration.TotalSeconds >= key.Minimum && duration.TotalSeconds <= key.Maximum
            ? null
            : $"'{key.Name}' cannot be '{text}'; allowed: {DurationText.Format(TimeSpan.FromSeconds(key.Minimum))}"
                + $" to {DurationText.Format(TimeSpan.FromSeconds(key.Maximum))}";
    }

    private static string? ReadSize(SchemaScalar key, string text, out object value)
    {
        var isSize = SizeText.TryParse(text, out var bytes);
        value = bytes;
        if (!isSize)
        {
            return $"'{key.Name}' cannot be '{text}'; allowed: {SizeText.Allowed}";
        }

        return bytes >= key.Minimum && bytes <= key.Maximum
            ? null
            : $"'{key.Name}' cannot be '{text}'; allowed: {SizeText.Format((long)key.Minimum)}"
                + $" to {SizeText.Format((long)key.Maximum)}";
    }
}
