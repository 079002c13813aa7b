namespace EdgeStream.Kinesis;

/// <summary>Tags of streams and consumers.</summary>
internal static class TagActions
{
    private const int ListedDefault = 50;

    internal static ValueTask AddTagsToStreamAsync(ActionCall call) =>
        AddAsync(call, new Resource(call.Stream(), null));

    internal static ValueTask TagResourceAsync(ActionCall call) => AddAsync(call, Resource.Of(call));

    internal static ValueTask RemoveTagsFromStreamAsync(ActionCall call) =>
        RemoveAsync(call, new Resource(call.Stream(), null));

    internal static ValueTask UntagResourceAsync(ActionCall call) => RemoveAsync(call, Resource.Of(call));

    internal static ValueTask ListTagsForStreamAsync(ActionCall call)
    {
        var limit = call.Request.Integer("Limit") ?? ListedDefault;
        var tags = Sorted(call.Stream().Attributes.Tags, call.Request.Text("ExclusiveStartTagKey"));
        call.Response.BeginStructure();
        Write(call.Response, tags, limit);
        call.Response.Flag(Members.HasMoreTags, tags.Count > limit);
        call.Response.EndStructure();
        return default;
    }

    internal static ValueTask ListTagsForResourceAsync(ActionCall call)
    {
        var tags = Sorted(Resource.Of(call).Tags, null);
        call.Response.BeginStructure();
        Write(call.Response, tags, tags.Count);
        call.Response.EndStructure();
        return default;
    }

    private static ValueTask AddAsync(ActionCall call, Resource resource)
    {
        var added = call.Request.Pairs("Tags");
        return resource.ChangeTagsAsync(
            call, old => TagText.Merge(old, added, resource.Stream.Name, call.Account));
    }

    private static ValueTask RemoveAsync(ActionCall call, Resource resource)
    {
        var keys = call.Request.Texts("TagKeys");
        return resource.ChangeTagsAsync(
            call, old => TagText.Without(old, keys, resource.Stream.Name, call.Account));
    }

    private static List<KeyValuePair<string, string>> Sorted(
        IReadOnlyDictionary<string, string> tags, string? after)
    {
        var sorted = new List<KeyValuePair<string, string>>();
        foreach (var tag in tags)
        {
            if (after is null || string.CompareOrdinal(tag.Key, after) > 0)
            {
                sorted.Add(tag);
            }
        }

        sorted.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return sorted;
    }

    private static void Write(ResponseWriter response, List<KeyValuePair<string, string>> tags, int limit)
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
