using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Consumers with enhanced fan-out.</summary>
internal static class ConsumerActions
{
    private const int ListedDefault = 100;

    internal static async ValueTask RegisterStreamConsumerAsync(ActionCall call)
    {
        var stream = call.StreamOfArn();
        var seconds = call.Service.Time.GetUtcNow().ToUnixTimeSeconds();
        var name = call.Request.Text("ConsumerName")!;
        var consumer = new RegisteredConsumer
        {
            Name = name,
            CreatedAt = Timestamp.FromUnixMilliseconds(seconds * 1000),
            Tags = TagText.Check(call.Request.Pairs("Tags"), name, call.Account),
        };
        if (!EdgeStream.Streams.StreamName.IsValid(name))
        {
            throw ApiException.InvalidArgument($"'{name}' is no name of a consumer: it has dots only.");
        }

        await call.ChangeAsync(stream, old => old with { Consumers = Added(call, stream, old.Consumers, consumer) })
            .ConfigureAwait(false);
        call.Response.BeginStructure();
        call.Response.BeginStructure(Members.Consumer);
        Write(call, stream, consumer);
        call.Response.EndStructure();
        call.Response.EndStructure();
    }

    internal static async ValueTask DeregisterStreamConsumerAsync(ActionCall call)
    {
        var (stream, consumer) = Find(call);
        await call.ChangeAsync(
            stream,
            old => old with
            {
                Consumers = [.. old.Consumers.Where(other => other.Name != consumer.Name)],
            }).ConfigureAwait(false);
        call.Service.Subscriptions.End(call.Service.Names.OfConsumer(stream.Name, consumer));
    }

    internal static ValueTask DescribeStreamConsumerAsync(ActionCall call)
    {
        var (stream, consumer) = Find(call);
        call.Response.BeginStructure();
        call.Response.BeginStructure(Members.ConsumerDescription);
        Write(call, stream, consumer);
        call.Response.Text(Members.StreamArn, call.Service.Names.OfStream(stream.Name));
        call.Response.EndStructure();
        call.Response.EndStructure();
        return default;
    }

    internal static ValueTask ListStreamConsumersAsync(ActionCall call)
    {
        var stream = call.StreamOfArn();
        var limit = call.Request.Integer("MaxResults") ?? ListedDefault;
        var after = call.Request.Text("NextToken") is { } token
            ? PageToken.Read(call, token, "consumers", stream.Name).Last
            : null;
        var consumers = stream.Attributes.Consumers
            .Where(consumer => after is null || string.CompareOrdinal(consumer.Name, after) > 0)
            .OrderBy(consumer => consumer.Name, StringComparer.Ordinal)
            .ToList();
        call.Response.BeginStructure();
        call.Response.BeginList(Members.Consumers);
        foreach (var consumer in consumers.Take(limit))
        {
            call.Response.BeginStructure();
            Write(call, stream, consumer);
            call.Response.EndStructure();
        }

        call.Response.EndList();
        if (consumers.Count > limit)
        {
            call.Response.Text(
                Members.NextToken,
                PageToken.Write(call, "consumers", stream.Name, consumers[limit - 1].Name));
        }

        call.Response.EndStructure();
        return default;
    }

    /// <summary>The consumer of an ARN, and its stream.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    internal static (DataStream Stream, RegisteredConsumer Consumer) FindByArn(ActionCall call, string arn)
    {
        var consumer = call.Service.Names.FindConsumer(call.Service.Store, arn, out var stream);
        return consumer is not null && stream is not null
            ? (stream, consumer)
            : throw ApiException.NotFound($"Consumer {arn}, account {call.Account} not found.");
    }

    /// <summary>How many registered consumers and queues a stream may have together.</summary>
    internal static int CountMaxOf(ActionCall call, DataStream stream) =>
        stream.Attributes.Mode == StreamMode.OnDemand && AccountSettings.Read(call.Service.Store).IsEnabled
            ? RegisteredConsumer.CommittedCountMax
            : RegisteredConsumer.CountMax;

    private static (DataStream Stream, RegisteredConsumer Consumer) Find(ActionCall call)
    {
        var arn = call.Request.Text("ConsumerARN");
        var name = call.Request.Text("ConsumerName");
        if (arn is null && (name is null || !call.Request.Has("StreamARN")))
        {
            throw ApiException.InvalidArgument(
                "Either ConsumerARN, or both StreamARN and ConsumerName must be specified.");
        }

        if (arn is not null)
        {
            var found = FindByArn(call, arn);
            return (name is null || name == found.Consumer.Name)
                && (!call.Request.Has("StreamARN") || call.StreamOfArn() == found.Stream)
                ? found
                : throw ApiException.InvalidArgument(
                    $"StreamARN and ConsumerName do not name the consumer {arn}.");
        }

        var stream = call.StreamOfArn();
        foreach (var consumer in stream.Attributes.Consumers)
        {
            if (consumer.Name == name)
            {
                return (stream, consumer);
            }
        }

        throw ApiException.NotFound($"Consumer {name}, account {call.Account} not found.");
    }

    private static List<RegisteredConsumer> Added(
        ActionCall call, DataStream stream, IReadOnlyList<RegisteredConsumer> consumers, RegisteredConsumer added)
    {
        var arn = call.Request.Text("StreamARN")!;
        foreach (var consumer in consumers)
        {
            if (consumer.Name == added.Name)
            {
                throw ApiException.InUse(
                    $"Consumer {added.Name} of stream {arn} already exists under account {call.Account}.");
            }
        }

        var count = consumers.Count + call.Service.Store.Queues.CountOf(stream);
        return count >= CountMaxOf(call, stream)
            ? throw ApiException.LimitExceeded(
                $"Stream {arn} under account {call.Account} has {count} registered consumers and queues, which is the "
                    + "limit.")
            : [.. consumers, added];
    }

    private static void Write(ActionCall call, DataStream stream, RegisteredConsumer consumer)
    {
        call.Response.Text(Members.ConsumerName, consumer.Name);
        call.Response.Text(Members.ConsumerArn, call.Service.Names.OfConsumer(stream.Name, consumer));
        call.Response.Text(Members.ConsumerStatus, "ACTIVE"u8);
        call.Response.Time(Members.ConsumerCreationTimestamp, consumer.CreatedAt);
    }
}
