namespace EdgeStream.Kinesis;

/// <summary>What every action takes: its members in the order in which the service validates them.</summary>
/// <remarks>Source: the service's public model of the API 2013-12-02 as of 2026. Constraints that differ from it are
/// the gateway's own and stand in the room's README.</remarks>
internal static class Requests
{
    private const int NameLengthMax = 128;
    private const int ArnLengthMax = 2048;
    private const int ListedMax = 10_000;
    private const int RecordSizeBytesMax = 10 << 20;
    private const int RecordsMax = 500;
    private const int TokenLengthMax = 1 << 20;

    private static readonly Shape Name = Shape.Text(1, NameLengthMax, TextPattern.Name);
    private static readonly Shape HashKey = Shape.Text(pattern: TextPattern.HashKey);
    private static readonly Shape Sequence = Shape.Text(pattern: TextPattern.Sequence);
    private static readonly Shape Arn = Shape.Text(1, ArnLengthMax, TextPattern.StreamArn);
    private static readonly Shape Key = Shape.Text(1, 256);
    private static readonly Shape Data = Shape.Blob(RecordSizeBytesMax);
    private static readonly Shape Mode = Shape.Word("PROVISIONED", "ON_DEMAND");
    private static readonly Shape Encryption = Shape.Word("NONE", "KMS");

    private static readonly Shape IteratorType = Shape.Word(
        "AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON");

    private static readonly Shape Metrics = Shape.List(
        Shape.Word(
            "IncomingBytes", "OutgoingRecords", "IncomingRecords", "IteratorAgeMilliseconds", "OutgoingBytes",
            "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded", "ALL"),
        1,
        7);

    private static readonly Field StreamName = new("StreamName", Name, isRequired: true, "StreamARN");
    private static readonly Field StreamArn = new("StreamARN", Arn);
    private static readonly Field NeededArn = new("StreamARN", Arn, isRequired: true);
    private static readonly Field StreamId = new("StreamId", Shape.Text(1, 24, TextPattern.StreamId));

    private static readonly Field ResourceArn =
        new("ResourceARN", Shape.Text(1, ArnLengthMax, TextPattern.ResourceArn), isRequired: true);

    private static readonly Field Tags = new("Tags", Shape.Map(1, 200, (1, 128), (0, 256)), isRequired: true);
    private static readonly Field OptionalTags = new("Tags", Tags.Shape);
    private static readonly Field TagKeys = new("TagKeys", Shape.List(Shape.Text(), 1, 50, (1, 128)), isRequired: true);
    private static readonly Field DryRun = new("DryRun", Shape.Boolean());
    private static readonly Field NextToken = new("NextToken", Shape.Text(1, TokenLengthMax));
    private static readonly Field ConsumerName = new("ConsumerName", Name);

    private static readonly Field ConsumerArn =
        new("ConsumerARN", Shape.Text(1, ArnLengthMax, TextPattern.ConsumerArn));

    private static readonly Field WarmThroughput = new("WarmThroughputMiBps", Shape.Integer(0));
    private static readonly Field RecordSize = new("MaxRecordSizeInKiB", Shape.Integer(1024, 10_240));

    private static readonly Shape Distribution = Shape.Word("USER_PARTITION_KEY", "AUTO");

    private static readonly Field ModeDetails =
        new("StreamModeDetails", Shape.Structure(new Field("StreamMode", Mode, isRequired: true)));

    /// <summary>Nothing.</summary>
    internal static readonly Shape Empty = Shape.Structure();

    internal static readonly Shape AddTagsToStream = Shape.Structure(Tags, StreamName, StreamArn, StreamId);

    internal static readonly Shape CreateStream = Shape.Structure(
        new Field("ShardCount", Shape.Integer(1, 100_000), isRequired: true, "StreamModeDetails"),
        new Field("StreamName", Name, isRequired: true),
        ModeDetails,
        OptionalTags,
        WarmThroughput,
        RecordSize,
        new Field("RecordDistributionStrategy", Distribution));

    internal static readonly Shape ChangeRetention = Shape.Structure(
        new Field("RetentionPeriodHours", Shape.Integer(1), isRequired: true), StreamName, StreamArn, StreamId);

    internal static readonly Shape OfResource = Shape.Structure(ResourceArn, StreamId);

    internal static readonly Shape DeleteStream = Shape.Structure(
        StreamName, new Field("EnforceConsumerDeletion", Shape.Boolean()), StreamArn, StreamId);

    internal static readonly Shape OfConsumer = Shape.Structure(StreamArn, ConsumerName, ConsumerArn, StreamId);

    internal static readonly Shape DescribeStream = Shape.Structure(
        new Field("Limit", Shape.Integer(1, ListedMax)),
        new Field("ExclusiveStartShardId", Name),
        StreamName,
        StreamArn,
        StreamId);

    internal static readonly Shape OfStream = Shape.Structure(StreamName, StreamArn, StreamId);

    internal static readonly Shape ChangeMonitoring = Shape.Structure(
        new Field("ShardLevelMetrics", Metrics, isRequired: true), StreamName, StreamArn, StreamId);

    internal static readonly Shape GetRecords = Shape.Structure(
        new Field("Limit", Shape.Integer(1, ListedMax)),
        new Field("ShardIterator", Shape.Text(1, 512), isRequired: true),
        StreamArn,
        StreamId,
        DryRun);

    internal static readonly Shape GetShardIterator = Shape.Structure(
        new Field("ShardId", Name, isRequired: true),
        new Field("ShardIteratorType", IteratorType, isRequired: true),
        new Field("StartingSequenceNumber", Sequence),
        StreamName,
        new Field("Timestamp", Shape.Time()),
        StreamArn,
        StreamId,
        DryRun);

    internal static readonly Shape ListShards = Shape.Structure(
        new Field("ExclusiveStartShardId", Name),
        new Field("MaxResults", Shape.Integer(1, ListedMax)),
        NextToken,
        new Field("StreamCreationTimestamp", Shape.Time()),
        new Field("StreamName", Name),
        new Field("ShardFilter", Shape.Structure(
            new Field(
                "Type",
                Shape.Word(
                    "AFTER_SHARD_ID", "AT_TRIM_HORIZON", "FROM_TRIM_HORIZON", "AT_LATEST", "AT_TIMESTAMP",
                    "FROM_TIMESTAMP"),
                isRequired: true),
            new Field("ShardId", Name),
            new Field("Timestamp", Shape.Time()))),
        StreamArn,
        StreamId);

    internal static readonly Shape ListStreamConsumers = Shape.Structure(
        NeededArn,
        NextToken,
        new Field("MaxResults", Shape.Integer(1, ListedMax)),
        new Field("StreamCreationTimestamp", Shape.Time()),
        StreamId);

    internal static readonly Shape ListStreams = Shape.Structure(
        new Field("Limit", Shape.Integer(1, ListedMax)), new Field("ExclusiveStartStreamName", Name), NextToken);

    internal static readonly Shape ListTagsForStream = Shape.Structure(
        new Field("Limit", Shape.Integer(1, 50)),
        new Field("ExclusiveStartTagKey", Shape.Text(1, 128)),
        StreamName,
        StreamArn,
        StreamId);

    internal static readonly Shape MergeShards = Shape.Structure(
        new Field("ShardToMerge", Name, isRequired: true),
        new Field("AdjacentShardToMerge", Name, isRequired: true),
        StreamName,
        StreamArn,
        StreamId);

    internal static readonly Shape PutRecord = Shape.Structure(
        new Field("SequenceNumberForOrdering", Sequence),
        new Field("PartitionKey", Key, isRequired: true),
        new Field("ExplicitHashKey", HashKey),
        new Field("Data", Data, isRequired: true),
        StreamName,
        StreamArn,
        StreamId,
        DryRun);

    /// <summary>One record of <see cref="PutRecords"/>; the places of its members are constants of
    /// <see cref="RecordPlace"/>.</summary>
    internal static readonly Shape Record = Shape.Structure(
        new Field("PartitionKey", Key, isRequired: true),
        new Field("ExplicitHashKey", HashKey),
        new Field("Data", Data, isRequired: true));

    internal static readonly Shape PutRecords = Shape.Structure(
        new Field(
            "Records",
            Shape.List(
                Record,
                1,
                RecordsMax,
                elementText: "com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310"),
            isRequired: true),
        StreamName,
        StreamArn,
        StreamId,
        DryRun);

    internal static readonly Shape PutResourcePolicy = Shape.Structure(
        ResourceArn, new Field("Policy", Shape.Text(), isRequired: true), StreamId);

    internal static readonly Shape RegisterStreamConsumer = Shape.Structure(
        NeededArn, new Field("ConsumerName", Name, isRequired: true), OptionalTags, StreamId);

    internal static readonly Shape RemoveTagsFromStream = Shape.Structure(TagKeys, StreamName, StreamArn, StreamId);

    internal static readonly Shape SplitShard = Shape.Structure(
        new Field("NewStartingHashKey", HashKey, isRequired: true),
        StreamName,
        new Field("ShardToSplit", Name, isRequired: true),
        StreamArn,
        StreamId);

    internal static readonly Shape ChangeEncryption = Shape.Structure(
        new Field("EncryptionType", Encryption, isRequired: true),
        new Field("KeyId", Shape.Text(1, ArnLengthMax), isRequired: true),
        StreamName,
        StreamArn,
        StreamId);

    internal static readonly Shape SubscribeToShard = Shape.Structure(
        new Field("ConsumerARN", ConsumerArn.Shape, isRequired: true),
        new Field("ShardId", Name, isRequired: true),
        new Field(
            "StartingPosition",
            Shape.Structure(
                new Field("Type", IteratorType, isRequired: true),
                new Field("SequenceNumber", Sequence),
                new Field("Timestamp", Shape.Time())),
            isRequired: true),
        StreamId,
        DryRun);

    internal static readonly Shape TagResource = Shape.Structure(Tags, ResourceArn, StreamId);

    internal static readonly Shape UntagResource = Shape.Structure(TagKeys, ResourceArn, StreamId);

    internal static readonly Shape UpdateAccountSettings = Shape.Structure(
        new Field(
            "MinimumThroughputBillingCommitment",
            Shape.Structure(new Field("Status", Shape.Word("ENABLED", "DISABLED"), isRequired: true)),
            isRequired: true));

    internal static readonly Shape UpdateMaxRecordSize = Shape.Structure(
        new Field("MaxRecordSizeInKiB", RecordSize.Shape, isRequired: true), NeededArn, StreamId);

    internal static readonly Shape UpdateShardCount = Shape.Structure(
        new Field("ScalingType", Shape.Word("UNIFORM_SCALING"), isRequired: true),
        StreamName,
        new Field("TargetShardCount", Shape.Integer(1), isRequired: true),
        StreamArn,
        StreamId);

    internal static readonly Shape UpdateStreamMode = Shape.Structure(
        NeededArn,
        new Field("StreamModeDetails", ModeDetails.Shape, isRequired: true),
        WarmThroughput,
        StreamId);

    internal static readonly Shape UpdateStreamRecordDistributionStrategy = Shape.Structure(
        NeededArn, StreamId, new Field("RecordDistributionStrategy", Distribution, isRequired: true));

    internal static readonly Shape UpdateStreamWarmThroughput = Shape.Structure(
        new Field("WarmThroughputMiBps", WarmThroughput.Shape, isRequired: true), StreamName, StreamArn, StreamId);
}
