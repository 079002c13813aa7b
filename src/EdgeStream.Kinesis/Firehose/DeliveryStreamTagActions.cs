using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Tags of delivery streams.</summary>
internal static class DeliveryStreamTagActions
{
    private const int ListedDefault = 50;

    internal static async ValueTask TagAsync(ActionCall call)
    {
        var request = RequestPart.Of(call.Request);
        await call.Firehose.ChangeAsync(
            call.DeliveryStream(), old => old with { Tags = Merge(old.Tags, request) }).ConfigureAwait(false);
        DeliveryStreamActions.WriteNothing(call);
    }

    internal static async ValueTask UntagAsync(ActionCall call)
    {
        var keys = call.Request.Texts("TagKeys");
        await call.Firehose.ChangeAsync(
            call.DeliveryStream(),
            old =>
            {
                var left = new Dictionary<string, string>(old.Tags, StringComparer.Ordinal);
                keys.ForEach(key => left.Remove(key));
                return old with { Tags = left };
            }).ConfigureAwait(false);
        DeliveryStreamActions.WriteNothing(call);
    }

    internal static ValueTask ListAsync(ActionCall call)
    {
        IReadOnlyDictionary<string, string> all = new Dictionary<string, string>();
        if (call.Firehose.TryGet(call.DeliveryStreamName, out var stream))
        {
            all = stream.Record.Tags;
        }
        else if (!call.Firehose.TryGetConfigured(call.DeliveryStreamName, out _))
        {
            throw call.NoDeliveryStream();
        }

        var after = call.Request.Text("ExclusiveStartTagKey");
        var limit = call.Request.Integer("Limit") ?? ListedDefault;
        var tags = new List<KeyValuePair<string, string>>();
        foreach (var tag in all)
        {
            if (after is null || string.CompareOrdinal(tag.Key, after) > 0)
            {
                tags.Add(tag);
            }
        }

        tags.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        Write(call.Response, tags, limit);
        return default;
    }

    /// <summary>Tags with those of a request added to them.</summary>
    /// <exception cref="ApiException">There are too many.</exception>
    internal static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> old, RequestPart request)
    {
        var merged = new Dictionary<string, string>(old, StringComparer.Ordinal);
        foreach (var tag in request.Parts("Tags"))
        {
            merged[tag.Text("Key")!] = tag.Text("Value") ?? "";
        }

        return merged.Count <= StreamAttributes.TagCountMax ? merged : throw ApiException.LimitExceeded(
            $"A delivery stream cannot have more than {StreamAttributes.TagCountMax} tags.");
    }

    private static void Write(ResponseWriter response, List<KeyValuePair<string, string>> tags, int limit)
    {
        response.BeginStructure();
        response.BeginList(Members.Tags);
        for (var i = 0; i < tags.Count && i < limit; i++)
        {
            response.BeginStructure();
            response.Text(Members.Key, tags[i].Key);
            response.Text(Members.Value, tags[i].Value);
            response.EndStructure();
        }

        response.EndList();
        response.Flag(Members.HasMoreTags, tags.Count > limit);
        response.EndStructure();
    }
}
