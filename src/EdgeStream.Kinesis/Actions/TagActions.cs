namespace EdgeStream.Kinesis;

/// <summary>Tags of streams, consumers and queues.</summary>
internal static class TagActions
{
    private const int ListedDefault = 50;

    internal static ValueTask AddTagsToStreamAsync(ActionCall call) =>
        AddAsync(call, new Resource(call.Stream()));

    internal static ValueTask TagResourceAsync(ActionCall call) => AddAsync(call, Resource.Of(call));

    internal static ValueTask RemoveTagsFromStreamAsync(ActionCall call) =>
        RemoveAsync(call, new Resource(call.Stream()));

    internal static ValueTask UntagResourceAsync(ActionCall call) => RemoveAsync(call, Resource.Of(call));

    internal static ValueTask ListTagsForStreamAsync(ActionCall call)
    {
        var limit = call.Request.Integer("Limit") ?? ListedDefault;
        var tags = TagList.After(call.Request.Text("ExclusiveStartTagKey"), call.Stream().Attributes.Tags);
        TagList.WritePage(call.Response, tags, limit);
        return default;
    }

    internal static ValueTask ListTagsForResourceAsync(ActionCall call)
    {
        var tags = TagList.After(null, Resource.Of(call).Tags);
        call.Response.BeginStructure();
        TagList.Write(call.Response, tags, tags.Count);
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
}
