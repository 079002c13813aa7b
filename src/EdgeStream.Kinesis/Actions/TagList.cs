namespace EdgeStream.Kinesis;

/// <summary>Tags as lists of them are asked for: in the order of their keys, page by page.</summary>
internal static class TagList
{
    /// <summary>Those whose keys come after one, in their order; all of them where that is null.</summary>
    internal static List<KeyValuePair<string, string>> After(string? key, IReadOnlyDictionary<string, string> tags)
    {
        var sorted = new List<KeyValuePair<string, string>>();
        foreach (var tag in tags)
        {
            if (key is null || string.CompareOrdinal(tag.Key, key) > 0)
            {
                sorted.Add(tag);
            }
        }

        sorted.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return sorted;
    }

    /// <summary>Writes the first of them, and whether there are more, as a whole answer.</summary>
    internal static void WritePage(ResponseWriter response, List<KeyValuePair<string, string>> tags, int limit)
    {
        response.BeginStructure();
        Write(response, tags, limit);
        response.Flag(Members.HasMoreTags, tags.Count > limit);
        response.EndStructure();
    }

    /// <summary>Writes the first of them as the member <c>Tags</c>.</summary>
    internal static void Write(ResponseWriter response, List<KeyValuePair<string, string>> tags, int limit)
    {
        response.BeginList(Members.Tags);
        for (var i = 0; i < tags.Count && i < limit; i++)
        {
            response.BeginStructure();
            response.Text(Members.Key, tags[i].Key);
            response.Text(Members.Value, tags[i].Value);
            response.EndStructure();
        }

        response.EndList();
    }
}
