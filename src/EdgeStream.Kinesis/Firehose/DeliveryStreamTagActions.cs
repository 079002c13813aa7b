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
        TagList.WritePage(call.Response, TagList.After(after, all), limit);
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
}
