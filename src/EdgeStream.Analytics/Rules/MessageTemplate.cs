using System.Text;

namespace EdgeStream.Analytics;

/// <summary>Puts names and numbers into a message. A brace that belongs to no placeholder is plain text.</summary>
internal static class MessageTemplate
{
    public const string Placeholders = "{rule}, {stream}, {severity}, {key}, {field}, {value}, {threshold}, "
        + "{duration}, {explanation} and {labels.<name>} of the rule's own labels";

    private const string LabelPrefix = "labels.";

    private static readonly string[] Names =
        ["rule", "stream", "severity", "key", "field", "value", "threshold", "duration", "explanation"];

    /// <summary>The first <c>{word}</c> that is no placeholder, or names a label that is not there; or null.</summary>
    public static string? FindUnknown(string template, LabelSet labels)
    {
        for (var start = template.IndexOf('{'); start >= 0; start = template.IndexOf('{', start + 1))
        {
            var name = NameAt(template, start);
            var isKnown = name.StartsWith(LabelPrefix, StringComparison.Ordinal)
                ? labels.Find(name[LabelPrefix.Length..]) is not null
                : name.Length == 0 || Names.Contains(name);
            if (!isKnown)
            {
                return $"{{{name}}}";
            }
        }

        return null;
    }

    /// <summary>Fills in what is known of an alert; the duration is how long the condition has held, or how long the
    /// alert stood, the explanation what is out of the ordinary.</summary>
    public static string Fill(
        string template, RuleDefinition rule, string key, double value, double threshold, TimeSpan duration,
        string explanation)
    {
        var text = new StringBuilder();
        for (var index = 0; index < template.Length; index++)
        {
            var name = template[index] == '{' ? NameAt(template, index) : "";
            var filling = name switch
            {
                "rule" => rule.Name,
                "stream" => rule.Stream,
                "severity" => AlertJson.WordOf(rule.Severity),
                "key" => key,
                "field" => rule.Field,
                "value" => NumberText.Of(value),
                "threshold" => NumberText.Of(threshold),
                "explanation" => explanation,
                "duration" => SpanText.Of(duration),
                _ => name.StartsWith(LabelPrefix, StringComparison.Ordinal)
                    ? rule.Labels.Find(name[LabelPrefix.Length..])
                    : null,
            };
            text.Append(filling ?? template.Substring(index, 1));
            index += filling is null ? 0 : name.Length + 1;
        }

        return text.ToString();
    }

    /// <summary>The letters between the brace at <paramref name="start"/> and the next one, or a label's whole name;
    /// empty if there is anything else.</summary>
    private static string NameAt(string template, int start)
    {
        var end = template.IndexOf('}', start);
        var name = end < 0 ? "" : template[(start + 1)..end];
        return name.StartsWith(LabelPrefix, StringComparison.Ordinal) || name.All(char.IsAsciiLetter) ? name : "";
    }
}
