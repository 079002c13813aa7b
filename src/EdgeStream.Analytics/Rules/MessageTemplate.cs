using System.Text;

namespace EdgeStream.Analytics;

/// <summary>Puts names and numbers into a message. A brace that belongs to no placeholder is plain text.</summary>
internal static class MessageTemplate
{
    public const string Placeholders = "{rule}, {key}, {field}, {value}, {threshold} and {explanation}";

    private static readonly string[] Names = ["rule", "key", "field", "value", "threshold", "explanation"];

    /// <summary>The first <c>{word}</c> that is no placeholder, or null.</summary>
    public static string? FindUnknown(string template)
    {
        for (var start = template.IndexOf('{'); start >= 0; start = template.IndexOf('{', start + 1))
        {
            var name = NameAt(template, start);
            if (name.Length > 0 && !Names.Contains(name))
            {
                return $"{{{name}}}";
            }
        }

        return null;
    }

    public static string Fill(
        string template, string rule, string key, string field, double value, double threshold, string explanation)
    {
        var text = new StringBuilder();
        for (var index = 0; index < template.Length; index++)
        {
            var name = template[index] == '{' ? NameAt(template, index) : "";
            var filling = name switch
            {
                "rule" => rule,
                "key" => key,
                "field" => field,
                "value" => NumberText.Of(value),
                "threshold" => NumberText.Of(threshold),
                "explanation" => explanation,
                _ => null,
            };
            text.Append(filling ?? template.Substring(index, 1));
            index += filling is null ? 0 : name.Length + 1;
        }

        return text.ToString();
    }

    /// <summary>The letters between the brace at <paramref name="start"/> and the next one; empty if there is
    /// anything else.</summary>
    private static string NameAt(string template, int start)
    {
        var end = template.IndexOf('}', start);
        var name = end < 0 ? "" : template[(start + 1)..end];
        return name.All(char.IsAsciiLetter) ? name : "";
    }
}
