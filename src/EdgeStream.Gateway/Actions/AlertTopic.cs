using EdgeStream.Analytics;
using EdgeStream.Gateway.Destinations;

namespace EdgeStream.Gateway.Actions;

/// <summary>Makes the topic of an alert from a template.</summary>
internal static class AlertTopic
{
    private const string LabelPrefix = "labels.";
    private static readonly string[] Names = ["rule", "key", "severity", "state"];

    /// <summary>What is wrong with a template; null when nothing is.</summary>
    public static string? FindProblem(string template)
    {
        if (template.Length == 0 || template.AsSpan().IndexOfAny('+', '#', '\0') >= 0 || template.StartsWith('$'))
        {
            return $"cannot be '{template.Replace('\0', '?')}'; allowed: a topic without + and #, that does not begin "
                + "with $";
        }

        for (var start = template.IndexOf('{'); start >= 0; start = template.IndexOf('{', start + 1))
        {
            var end = template.IndexOf('}', start);
            var name = end < 0 ? template[(start + 1)..] : template[(start + 1)..end];
            var isLabel = name.StartsWith(LabelPrefix, StringComparison.Ordinal)
                && LabelSet.IsName(name[LabelPrefix.Length..]);
            if (end < 0 || (!isLabel && !Names.Contains(name, StringComparer.Ordinal)))
            {
                return $"has '{{{name}', which is nothing; allowed: {{rule}}, {{key}}, {{severity}}, {{state}} and "
                    + "{labels.<name>}";
            }
        }

        return null;
    }

    /// <summary>Fills in the places; wildcards and control characters in what is filled in become
    /// <c>_</c>.</summary>
    public static string Fill(string template, Alert alert)
    {
        var topic = template
            .Replace("{rule}", alert.Rule, StringComparison.Ordinal)
            .Replace("{severity}", AlertJson.WordOf(alert.Severity), StringComparison.Ordinal)
            .Replace("{state}", AlertJson.WordOf(alert.State), StringComparison.Ordinal);
        for (var start = topic.IndexOf("{" + LabelPrefix, StringComparison.Ordinal); start >= 0;
            start = topic.IndexOf("{" + LabelPrefix, start, StringComparison.Ordinal))
        {
            var end = topic.IndexOf('}', start);
            var text = alert.Labels.Find(topic[(start + 1 + LabelPrefix.Length)..end]) ?? "";
            topic = $"{topic[..start]}{TopicTemplate.Allowed(text)}{topic[(end + 1)..]}";
        }

        return topic.Replace("{key}", TopicTemplate.Allowed(alert.Key), StringComparison.Ordinal);
    }
}
