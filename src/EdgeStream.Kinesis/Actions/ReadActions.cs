using System.Globalization;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>GetShardIterator, GetRecords and SubscribeToShard.</summary>
internal static class ReadActions
{
    private const int RecordsMax = 10_000;
    private const int AnswerSizeBytesMax = 10 << 20;

    internal static ValueTask GetShardIteratorAsync(ActionCall call)
    {
        var request = call.Request;
        var streamName = call.StreamName();
        var shardId = call.ShardId(request.Text("ShardId")!, streamName);
        var shard = FindShard(call, streamName, shardId);
        var position = Positions.Of(
            call,
            shard,
            streamName,
            request.Text("ShardIteratorType")!,
            request.Text("StartingSequenceNumber"),
            request.Time("Timestamp"));
        call.EndDryRun();
        call.Response.BeginStructure();
        call.Response.Text(Members.ShardIterator, call.Service.Iterators.Issue(shard, position));
        call.Response.EndStructure();
        return default;
    }

    internal static async ValueTask GetRecordsAsync(ActionCall call)
    {
        var (stream, shard, position) = FindIterator(call);
        call.EndDryRun();
        var isLimited = stream.Attributes.Mode == StreamMode.Provisioned;
        if (isLimited && !shard.Throughput.TryTakeRead())
        {
            throw new ApiException(
                ErrorType.Throughput,
                $"Rate exceeded for shard {shard.Id} in stream {stream.Name} under account {call.Account}.");
        }

        using var held = new HeldReader(call.Service.Readers.Take(shard, position));
        var records = new RecordsWriter(call.Response, shard, stream.Attributes.EncryptionKeyId is not null);
        call.Response.BeginStructure();
        call.Response.BeginList(Members.Records);
        await WriteRecordsAsync(call, records, held, isLimited ? shard.Throughput : null).ConfigureAwait(false);
        WriteEnd(call, stream, records, held.Reader);

        call.Service.Readers.Return(held.Leave());
    }

    internal static ValueTask SubscribeToShardAsync(ActionCall call)
    {
        var request = call.Request;
        var arn = request.Text("ConsumerARN")!;
        var (stream, _) = ConsumerActions.FindByArn(call, arn);
        var shard = FindShard(call, stream.Name, call.ShardId(request.Text("ShardId")!, stream.Name));
        var position = Positions.Of(
            call,
            shard,
            stream.Name,
            request.TextOf(request.Member("StartingPosition", "Type"))!,
            request.TextOf(request.Member("StartingPosition", "SequenceNumber")),
            RequestValues.TimeOf(request.Member("StartingPosition", "Timestamp")));
        call.EndDryRun();
        call.Service.Budget.EnterSubscription();
        SubscriptionTable.Place? place = null;
        try
        {
            place = call.Service.Subscriptions.Enter(arn, shard, stream.Name);
            call.Stream = new ShardSubscription(
                call.Service, stream, shard, position, place, call.Response.Format, call.Aborted);
        }
        catch
        {
            place?.Dispose();
            call.Service.Budget.LeaveSubscription();
            throw;
        }

        return default;
    }

    /// <summary>Writes the rest of an answer or event: what tells a reader where it stands.</summary>
    internal static void WriteChildren(ResponseWriter response, DataStream stream, Shard shard)
    {
        response.BeginList(Members.ChildShards);
        foreach (var child in stream.ChildrenOf(shard))
        {
            response.BeginStructure();
            response.Text(Members.ShardId, child.Id);
            response.BeginList(Members.ParentShards);
            response.Text(child.ParentShardId!);
            if (child.AdjacentParentShardId is { } adjacent)
            {
                response.Text(adjacent);
            }

            response.EndList();
            ShardActions.WriteHashKeyRange(response, child);
            response.EndStructure();
        }

        response.EndList();
    }

    /// <summary>Writes the records, sending them as they become a chunk.</summary>
    /// <remarks>The reader that is held then stands behind the last one: it is another where the first had passed a
    /// record that is not written. What was read counts as it is written, whatever becomes of the answer.</remarks>
    /// <exception cref="ApiException">There was no room for the first record for too long.</exception>
    private static async ValueTask WriteRecordsAsync(
        ActionCall call, RecordsWriter records, HeldReader held, ShardThroughput? throughput)
    {
        var countMax = call.Request.Integer("Limit") ?? RecordsMax;
        records.Begin();
        while (true)
        {
            var countedBytes = records.SizeBytes;
            var hasMore = records.Write(held.Reader, call.Output, countMax, AnswerSizeBytesMax);
            throughput?.CountRead(records.SizeBytes - countedBytes);
            if (!hasMore)
            {
                break;
            }

            if (records.Unwritten is { } sequence)
            {
                held.GoTo(sequence);
                if (records.Count > 0)
                {
                    // What there is goes to the client; it comes again for this one.
                    break;
                }

                await call.Output
                    .ReserveAsync(records.UnwrittenSizeBytes, ErrorType.Throughput, call.Aborted)
                    .ConfigureAwait(false);
            }
            else if (await call.Output.DrainAsync(ErrorType.Throughput, call.Aborted).ConfigureAwait(false))
            {
                records.Forget();
            }
        }
    }

    private static void WriteEnd(ActionCall call, DataStream stream, RecordsWriter records, ShardReader reader)
    {
        var response = call.Response;
        response.EndList();
        var now = Timestamp.From(call.Service.Time.GetUtcNow());
        response.Number(
            Members.MillisBehindLatest, reader.Shard.MillisBehindLatest(reader, records.LastArrival, now));
        var next = records.Count > 0
            ? call.Service.Iterators.Issue(reader.Shard, ShardPosition.At(reader.NextSequence))
            : call.Service.Iterators.Issue(reader);
        if (next is not null)
        {
            response.Text(Members.NextShardIterator, next);
        }
        else
        {
            WriteChildren(response, stream, reader.Shard);
        }

        response.EndStructure();
        call.Service.Statistics.CountRead(records.Count);
    }

    private static (DataStream Stream, Shard Shard, ShardPosition Position) FindIterator(ActionCall call)
    {
        var token = call.Request.Text("ShardIterator")!;
        var service = call.Service;
        switch (service.Iterators.Find(token, out var stream, out var shard, out var position))
        {
            case IteratorStatus.Valid:
                break;
            case IteratorStatus.Expired:
                throw new ApiException(
                    ErrorType.ExpiredIterator,
                    "Iterator expired. It was created more than 300000 milliseconds before "
                        + service.Time.GetUtcNow().ToString(
                            "ddd MMM dd HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture)
                        + ", which is further than the tolerated delay.");
            case IteratorStatus.Gone:
                throw ApiException.NotFound(
                    $"The shard of the iterator, or its stream, does not exist any more under account {call.Account}.");
            default:
                throw ApiException.InvalidArgument("Invalid ShardIterator.");
        }

        if (call.Request.Text("StreamARN") is { } arn && call.NameOf(arn) != stream!.Name)
        {
            throw ApiException.InvalidArgument($"The ShardIterator is not of the stream {arn}.");
        }

        return (stream!, shard!, position);
    }

    private static Shard FindShard(ActionCall call, string streamName, string shardId) =>
        call.Service.Store.TryGet(streamName, out var stream) && stream.TryGetShard(shardId, out var shard)
            ? shard
            : throw ApiException.NotFound(
                $"Shard {shardId} in stream {streamName} under account {call.Account} does not exist");
}
