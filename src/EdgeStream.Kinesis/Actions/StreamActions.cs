using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Streams: make, delete, describe, list, and change as a whole.</summary>
internal static class StreamActions
{
    private const int OnDemandShards = 4;
    private const int ListedMax = 100;
    private const string Automatic = "AUTO";

    // A record and its key must fit into half a segment.
    private const int SegmentSizeBytes = 16 << 20;
    private const int LargeSegmentSizeBytes = 32 << 20;
    private const int LargeRecordSizeBytes = 7 << 20;
    private static readonly TimeSpan RetentionDefault = TimeSpan.FromHours(24);

    internal static async ValueTask CreateStreamAsync(ActionCall call)
    {
        var request = call.Request;
        var name = request.Text("StreamName")!;
        var mode = ModeOf(request);
        var count = request.Integer("ShardCount") ?? OnDemandShards;
        CheckNew(call, name, mode);
        var distribution = DistributionOf(call, mode, name);
        var throughput = WarmThroughputOf(call, mode, name);
        ShardLimits.CheckAccount(call, count);
        ShardLimits.CheckStream(count);
        var tags = TagText.Check(request.Pairs("Tags"), name, call.Account);
        var recordSize = (request.Integer("MaxRecordSizeInKiB") ?? 1024) << 10;
        var made = await call.Service.Store.CreateAsync(
            new StreamDefinition
            {
                Name = name,
                ShardCount = count,
                RetentionAge = RetentionDefault,
                RetentionBytes = long.MaxValue,
                SegmentSizeBytes = SegmentSizeFor(recordSize),
            },
            new StreamAttributes
            {
                Mode = mode,
                RecordSizeBytesMax = recordSize,
                Tags = tags,
                WarmThroughputMiBps = throughput,
                Distribution = distribution,
            }).ConfigureAwait(false);
        if (made is null)
        {
            throw Exists(call, name);
        }
    }

    /// <exception cref="ApiException">There cannot be such a stream.</exception>
    private static void CheckNew(ActionCall call, string name, StreamMode mode)
    {
        var request = call.Request;
        if (mode == StreamMode.Provisioned && !request.Has("ShardCount"))
        {
            throw ApiException.Validation(
                "1 validation error detected: Value null at 'shardCount' failed to satisfy constraint: Member must "
                    + "not be null");
        }

        if (!EdgeStream.Streams.StreamName.IsValid(name))
        {
            throw ApiException.InvalidArgument($"'{name}' is no name of a stream here: it has dots only.");
        }

        if (call.Service.Store.TryGet(name, out _))
        {
            throw Exists(call, name);
        }

        if (mode == StreamMode.OnDemand && request.Has("ShardCount"))
        {
            throw ApiException.InvalidArgument("ShardCount cannot be specified for streams of the mode ON_DEMAND.");
        }

        if (mode == StreamMode.OnDemand)
        {
            ShardLimits.CheckOnDemand(call);
        }
    }

    internal static async ValueTask DeleteStreamAsync(ActionCall call)
    {
        var stream = call.Stream();
        call.RequireOwn(stream, "its deletion");
        CheckQueues(call, stream, "deleted");
        var consumers = stream.Attributes.Consumers.Count;
        if (consumers > 0 && !call.Request.Flag("EnforceConsumerDeletion"))
        {
            throw ApiException.InUse(
                $"Stream {stream.Name} under account {call.Account} has {consumers} registered consumers. Deregister "
                    + "them, or delete with EnforceConsumerDeletion.");
        }

        var isDeleted = call.Service.Options.Firehose is { } firehose
            ? await firehose.DeleteSourceAsync(stream.Name, call.Account).ConfigureAwait(false)
            : await call.Service.Store.DeleteAsync(stream.Name).ConfigureAwait(false);
        if (!isDeleted)
        {
            throw ApiException.NotFound($"Stream {stream.Name} under account {call.Account} not found.");
        }
    }

    internal static async ValueTask DescribeStreamAsync(ActionCall call)
    {
        var stream = call.Stream();
        var response = call.Response;
        response.BeginStructure();
        response.BeginStructure(Members.StreamDescription);
        WriteCommon(call, stream);
        var limit = Math.Min(call.Request.Integer("Limit") ?? ListedMax, ListedMax);
        var shards = ShardActions.After(stream, call.Request.Text("ExclusiveStartShardId"));
        await ShardActions.WriteShardsAsync(call, shards, limit).ConfigureAwait(false);
        response.Flag(Members.HasMoreShards, shards.Count > limit);
        response.EndStructure();
        response.EndStructure();
    }

    internal static ValueTask DescribeStreamSummaryAsync(ActionCall call)
    {
        var stream = call.Stream();
        var attributes = stream.Attributes;
        var response = call.Response;
        response.BeginStructure();
        response.BeginStructure(Members.StreamDescriptionSummary);
        WriteCommon(call, stream);
        response.Number(Members.OpenShardCount, stream.OpenShards.Count);
        response.Number(
            Members.ConsumerCount, attributes.Consumers.Count + call.Service.Store.Queues.CountOf(stream));
        response.Number(Members.MaxRecordSizeInKiB, attributes.RecordSizeBytesMax >> 10);
        if (attributes.WarmThroughputMiBps is { } throughput)
        {
            WriteWarmThroughput(response, throughput);
        }

        if (call.Service.Options.Firehose is { } firehose)
        {
            var channels = firehose.Channels.Count(channel => channel.Record.StreamName == stream.Name);
            response.Number(Members.ChannelCount, channels);
        }

        if (attributes.Mode == StreamMode.OnDemand)
        {
            var isEven = attributes.Distribution == RecordDistribution.Even;
            response.Text(
                Members.RecordDistributionStrategy, isEven ? Automatic : "USER_PARTITION_KEY");
        }

        response.EndStructure();
        response.EndStructure();
        return default;
    }

    internal static ValueTask ListStreamsAsync(ActionCall call)
    {
        var request = call.Request;
        var limit = Math.Min(request.Integer("Limit") ?? ListedMax, ListedMax);
        var after = request.Text("NextToken") is { } token
            ? PageToken.Read(call, token, "streams", "").Last
            : request.Text("ExclusiveStartStreamName");
        var listed = new List<DataStream>();
        var hasMore = false;
        foreach (var stream in call.Service.Store.Streams)
        {
            if (after is null || string.CompareOrdinal(stream.Name, after) > 0)
            {
                hasMore = listed.Count == limit;
                if (hasMore)
                {
                    break;
                }

                listed.Add(stream);
            }
        }

        return WriteAsync(call, listed, hasMore);
    }

    internal static async ValueTask UpdateStreamModeAsync(ActionCall call)
    {
        var stream = call.StreamOfArn();
        call.RequireActive(stream);
        var mode = ModeOf(call.Request);
        if (mode == StreamMode.OnDemand && stream.Attributes.Mode != mode)
        {
            ShardLimits.CheckOnDemand(call);
        }

        if (mode != StreamMode.OnDemand)
        {
            CheckQueues(call, stream, "switched to provisioned capacity mode");
        }

        var throughput = WarmThroughputOf(call, mode, stream.Name);
        await call.ChangeAsync(
            stream,
            old => old with
            {
                Mode = mode,
                WarmThroughputMiBps = mode == StreamMode.OnDemand ? throughput ?? old.WarmThroughputMiBps : null,
                Distribution = mode == StreamMode.OnDemand ? old.Distribution : RecordDistribution.PartitionKey,
            }).ConfigureAwait(false);
    }

    /// <exception cref="ApiException">It has queues: they are to be deleted first.</exception>
    private static void CheckQueues(ActionCall call, DataStream stream, string change)
    {
        var queues = call.Service.Store.Queues.CountOf(stream);
        if (queues > 0)
        {
            throw ApiException.InUse(
                $"Stream {stream.Name} under account {call.Account} has {queues} queues. Delete every one of them with "
                    + $"DeleteQueue before the stream is {change}.");
        }
    }

    internal static async ValueTask UpdateMaxRecordSizeAsync(ActionCall call)
    {
        var stream = call.StreamOfArn();
        call.RequireActive(stream);
        var size = call.Request.Integer("MaxRecordSizeInKiB")!.Value << 10;
        var segmentSize = SegmentSizeFor(size);
        if (stream.Definition.SegmentSizeBytes < segmentSize)
        {
            call.RequireOwn(stream, "the size of its segments, which is too small for such records");
            await call.Service.Store.ChangeDefinitionAsync(
                stream.Name, old => old with { SegmentSizeBytes = segmentSize }).ConfigureAwait(false);
        }

        await call.ChangeAsync(stream, old => old with { RecordSizeBytesMax = size }).ConfigureAwait(false);
    }

    internal static async ValueTask UpdateWarmThroughputAsync(ActionCall call)
    {
        var stream = call.Stream();
        call.RequireActive(stream);
        var throughput = WarmThroughputOf(call, stream.Attributes.Mode, stream.Name)!.Value;
        await call.ChangeAsync(stream, old => old with { WarmThroughputMiBps = throughput }).ConfigureAwait(false);
        call.Response.BeginStructure();
        call.Response.Text(Members.StreamArn, call.Service.Names.OfStream(stream.Name));
        call.Response.Text(Members.StreamName, stream.Name);
        WriteWarmThroughput(call.Response, throughput);
        call.Response.EndStructure();
    }

    internal static async ValueTask UpdateRecordDistributionAsync(ActionCall call)
    {
        var stream = call.StreamOfArn();
        call.RequireActive(stream);
        var distribution = DistributionOf(call, stream.Attributes.Mode, stream.Name);
        await call.ChangeAsync(stream, old => old with { Distribution = distribution }).ConfigureAwait(false);
    }

    /// <summary>Changes a stream's attributes.</summary>
    /// <exception cref="ApiException">The stream is gone.</exception>
    internal static async ValueTask ChangeAsync(
        this ActionCall call, DataStream stream, Func<StreamAttributes, StreamAttributes> change)
    {
        var changed = await call.Service.Store.ChangeAttributesAsync(stream.Name, change).ConfigureAwait(false);
        if (changed is null)
        {
            throw ApiException.NotFound($"Stream {stream.Name} under account {call.Account} not found.");
        }
    }

    private static int SegmentSizeFor(int recordSizeBytes) =>
        recordSizeBytes > LargeRecordSizeBytes ? LargeSegmentSizeBytes : SegmentSizeBytes;

    /// <exception cref="ApiException">It is not for the mode.</exception>
    private static RecordDistribution DistributionOf(ActionCall call, StreamMode mode, string name) =>
        call.Request.Text("RecordDistributionStrategy") != Automatic ? RecordDistribution.PartitionKey
        : mode == StreamMode.OnDemand ? RecordDistribution.Even
        : throw ApiException.InvalidArgument(
            $"RecordDistributionStrategy {Automatic} is for streams of the mode ON_DEMAND; stream {name} under account "
                + $"{call.Account} is in Provisioned mode.");

    /// <summary>The warm throughput that a request asks for; null for none.</summary>
    /// <exception cref="ApiException">It is not for the mode, or needs the account's commitment.</exception>
    private static int? WarmThroughputOf(ActionCall call, StreamMode mode, string name)
    {
        if (call.Request.Integer("WarmThroughputMiBps") is not { } throughput)
        {
            return null;
        }

        if (mode != StreamMode.OnDemand)
        {
            throw ApiException.Validation(
                $"Request is invalid. Stream {name} under account {call.Account} is in Provisioned mode.");
        }

        return AccountSettings.Read(call.Service.Store).IsEnabled
            ? throughput
            : throw ApiException.Validation(
                $"Account {call.Account} does not have MinimumThroughputBillingCommitment enabled.");
    }

    private static StreamMode ModeOf(RequestValues request) =>
        request.TextOf(request.Member("StreamModeDetails", "StreamMode")) == "ON_DEMAND"
            ? StreamMode.OnDemand
            : StreamMode.Provisioned;

    private static ApiException Exists(ActionCall call, string name) =>
        ApiException.InUse($"Stream {name} under account {call.Account} already exists.");

    private static void WriteCommon(ActionCall call, DataStream stream)
    {
        var response = call.Response;
        var attributes = stream.Attributes;
        WriteIdentity(call, stream);
        response.Number(Members.RetentionPeriodHours, RetentionActions.HoursOf(stream));
        response.BeginList(Members.EnhancedMonitoring);
        response.BeginStructure();
        MonitoringActions.Write(response, Members.ShardLevelMetrics, attributes.ShardMetrics);
        response.EndStructure();
        response.EndList();
        response.Text(Members.EncryptionType, attributes.EncryptionKeyId is null ? "NONE"u8 : "KMS"u8);
        response.TextIfAny(Members.KeyId, attributes.EncryptionKeyId);
    }

    private static void WriteIdentity(ActionCall call, DataStream stream)
    {
        var response = call.Response;
        response.Text(Members.StreamName, stream.Name);
        response.Text(Members.StreamArn, call.Service.Names.OfStream(stream.Name));
        response.Text(Members.StreamStatus, stream.IsChanging ? "UPDATING"u8 : "ACTIVE"u8);
        response.BeginStructure(Members.StreamModeDetails);
        response.Text(
            Members.StreamMode,
            stream.Attributes.Mode == StreamMode.OnDemand ? "ON_DEMAND"u8 : "PROVISIONED"u8);
        response.EndStructure();
        response.Time(Members.StreamCreationTimestamp, stream.Attributes.CreatedAt);
    }

    private static void WriteWarmThroughput(ResponseWriter response, int throughput)
    {
        response.BeginStructure(Members.WarmThroughput);
        response.Number(Members.TargetMiBps, throughput);
        response.Number(Members.CurrentMiBps, throughput);
        response.EndStructure();
    }

    private static async ValueTask WriteAsync(ActionCall call, List<DataStream> listed, bool hasMore)
    {
        var response = call.Response;
        response.BeginStructure();
        response.BeginList(Members.StreamNames);
        foreach (var stream in listed)
        {
            response.Text(stream.Name);
            await call.DrainAsync().ConfigureAwait(false);
        }

        response.EndList();
        response.Flag(Members.HasMoreStreams, hasMore);
        if (hasMore)
        {
            response.Text(Members.NextToken, PageToken.Write(call, "streams", "", listed[^1].Name));
        }

        response.BeginList(Members.StreamSummaries);
        foreach (var stream in listed)
        {
            response.BeginStructure();
            WriteIdentity(call, stream);
            response.EndStructure();
            await call.DrainAsync().ConfigureAwait(false);
        }

        response.EndList();
        response.EndStructure();
    }
}
