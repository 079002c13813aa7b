using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>A stream, or a consumer or queue of it, named by its ARN: what has tags and a policy.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Consumer">The consumer; null for the stream itself and for a queue.</param>
/// <param name="Queue">The queue; null for the stream itself and for a consumer.</param>
internal readonly record struct Resource(
    DataStream Stream, RegisteredConsumer? Consumer = null, RecordQueue? Queue = null)
{
    /// <summary>Its tags.</summary>
    internal IReadOnlyDictionary<string, string> Tags =>
        Queue?.Tags ?? Consumer?.Tags ?? Stream.Attributes.Tags;

    /// <summary>Its policy.</summary>
    internal string? Policy =>
        Queue is not null ? Queue.ResourcePolicy
        : Consumer is null ? Stream.Attributes.ResourcePolicy
        : Consumer.ResourcePolicy;

    /// <summary>What the request's <c>ResourceARN</c> names.</summary>
    /// <exception cref="ApiException">There is no such thing.</exception>
    internal static Resource Of(ActionCall call)
    {
        var arn = call.Request.Text("ResourceARN")!;
        if (arn.Contains("/consumer/", StringComparison.Ordinal))
        {
            var (stream, consumer) = ConsumerActions.FindByArn(call, arn);
            return new Resource(stream, consumer);
        }

        if (QueueActions.IsArn(arn))
        {
            var queue = QueueActions.FindByArn(call, arn);
            return new Resource(queue.Stream, Queue: queue);
        }

        return new Resource(call.Stream(call.NameOf(arn)));
    }

    /// <summary>Changes its tags, durably.</summary>
    /// <param name="call">The call.</param>
    /// <param name="change">Makes the new ones of the present ones.</param>
    internal ValueTask ChangeTagsAsync(
        ActionCall call, Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change) =>
        Queue is { } queue
            ? QueueActions.RunAsync(call, _ => queue.ChangeTagsAsync(change))
            : ChangeAsync(
                call,
                old => old with { Tags = change(old.Tags) },
                old => old with { Tags = change(old.Tags) });

    /// <summary>Changes its policy, durably; null removes it.</summary>
    internal ValueTask ChangePolicyAsync(ActionCall call, string? policy) => Queue is { } queue
        ? QueueActions.RunAsync(call, _ => queue.ChangePolicyAsync(policy))
        : ChangeAsync(
            call, old => old with { ResourcePolicy = policy }, old => old with { ResourcePolicy = policy });

    private ValueTask ChangeAsync(
        ActionCall call,
        Func<StreamAttributes, StreamAttributes> ofStream,
        Func<RegisteredConsumer, RegisteredConsumer> ofConsumer)
    {
        var consumer = Consumer;
        return consumer is null
            ? call.ChangeAsync(Stream, ofStream)
            : call.ChangeAsync(Stream, old => old with
            {
                Consumers = [.. old.Consumers.Select(
                    other => other.Name == consumer.Name && other.CreatedAt == consumer.CreatedAt
                        ? ofConsumer(other)
                        : other)],
            });
    }
}
