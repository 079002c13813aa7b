namespace EdgeStream.Gateway.Destinations;

/// <summary>Makes the topic of a record from a template.</summary>
internal static class TopicTemplate
{
    private const char Stand = '_';

    /// <summary>Fills in the places. What no topic name should have in it, wildcards and control
    /// characters, becomes <c>_</c>, and so does a topic that would be empty.</summary>
    public static string Fill(string template, string delivery, string stream, string shard, string key)
    {
        var topic = template
            .Replace("{delivery}", delivery, StringComparison.Ordinal)
            .Replace("{stream}", stream, StringComparison.Ordinal)
            .Replace("{shard}", shard, StringComparison.Ordinal)
            .Replace("{key}", Allowed(key), StringComparison.Ordinal);
        return topic.Length > 0 ? topic : $"{Stand}";
    }

    /// <summary>Text that every server takes: control characters and what is no character become <c>_</c>
    /// (MQTT 5.0 section 1.5.4).</summary>
    public static string Plain(string text) => Replace(text, IsNoText);

    /// <summary>The same without wildcards.</summary>
    public static string Allowed(string key) =>
        Replace(key, static character => character is '+' or '#' || IsNoText(character));

    private static bool IsNoText(char character) =>
        char.IsControl(character) || character is >= '\uFDD0' and <= '\uFDEF' or '\uFFFE' or '\uFFFF';

    private static string Replace(string text, Predicate<char> isForbidden)
    {
        if (!Array.Exists(text.ToCharArray(), isForbidden))
        {
            return text;
        }

        return string.Create(text.Length, (text, isForbidden), static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = source.isForbidden(source.text[i]) ? Stand : source.text[i];
            }
        });
    }
}
