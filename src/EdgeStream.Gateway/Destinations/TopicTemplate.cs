namespace EdgeStream.Gateway.Destinations;

/// <summary>Makes the topic of a record from a template.</summary>
internal static class TopicTemplate
{
    private const char Stand = '_';

    /// <summary>Fills in the places. What no topic name may have in it, wildcards and NUL, becomes <c>_</c>, and so
    /// does a topic that would be empty.</summary>
    public static string Fill(string template, string delivery, string stream, string shard, string key)
    {
        var topic = template
            .Replace("{delivery}", delivery, StringComparison.Ordinal)
            .Replace("{stream}", stream, StringComparison.Ordinal)
            .Replace("{shard}", shard, StringComparison.Ordinal)
            .Replace("{key}", Allowed(key), StringComparison.Ordinal);
        return topic.Length > 0 ? topic : $"{Stand}";
    }

    private static string Allowed(string key) => key.AsSpan().IndexOfAny("+#\0") < 0
        ? key
        : key.Replace('+', Stand).Replace('#', Stand).Replace('\0', Stand);
}
