namespace EdgeStream.Kinesis;

/// <summary>What every action of the Firehose API takes.</summary>
/// <remarks>Source: the service's public model of the API 2015-08-04 as of 2026. Of what the gateway cannot do, only
/// the presence is looked at: it is refused as a whole.</remarks>
internal static class FirehoseRequests
{
    internal const int RecordsMax = 500;

    private const int ArnLengthMax = 512;
    private const int ListedMax = 10_000;
    private const int RecordSizeBytesMax = 1_024_000;
    private const int PrefixLengthMax = 1024;
    private const int RetrySecondsMax = 7200;

    private static readonly Shape NameShape = Shape.Text(1, 64, TextPattern.Name);
    internal static readonly Shape Arn = Shape.Text(1, ArnLengthMax, FirehosePatterns.Arn);
    private static readonly Shape TagKey = Shape.Text(1, 128, FirehosePatterns.TagKey);
    private static readonly Shape Opaque = Shape.Structure();
    private static readonly Field Name = new("DeliveryStreamName", NameShape, isRequired: true);

    private static readonly Field DestinationId =
        new("DestinationId", Shape.Text(1, 100, FirehosePatterns.DestinationId), isRequired: true);

    private static readonly Field Tags = new(
        "Tags",
        Shape.List(
            Shape.Structure(
                new Field("Key", TagKey, isRequired: true),
                new Field("Value", Shape.Text(0, 256, FirehosePatterns.TagValue))),
            1,
            50),
        isRequired: true);

    private static readonly Shape Record =
        Shape.Structure(new Field("Data", Shape.Blob(RecordSizeBytesMax), isRequired: true));

    private static readonly Field Encryption = new(
        "DeliveryStreamEncryptionConfigurationInput",
        Shape.Structure(
            new Field("KeyARN", Arn),
            new Field("KeyType", Shape.Word("AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK"), isRequired: true)));

    private static readonly Field StreamType = new(
        "DeliveryStreamType", Shape.Word("DirectPut", "KinesisStreamAsSource", "MSKAsSource", "DatabaseAsSource"));

    private static readonly Shape Processor = Shape.Structure(
        new Field(
            "Type",
            Shape.Word(
                "RecordDeAggregation", "Decompression", "CloudWatchLogProcessing", "Lambda", "MetadataExtraction",
                "AppendDelimiterToRecord"),
            isRequired: true),
        new Field(
            "Parameters",
            Shape.List(
                Shape.Structure(
                    new Field(
                        "ParameterName",
                        Shape.Word(
                            "LambdaArn", "NumberOfRetries", "MetadataExtractionQuery", "JsonParsingEngine", "RoleArn",
                            "BufferSizeInMBs", "BufferIntervalInSeconds", "SubRecordType", "Delimiter",
                            "CompressionFormat", "DataMessageExtraction"),
                        isRequired: true),
                    new Field("ParameterValue", Shape.Text(1, 5120), isRequired: true)),
                0,
                100)));

    internal static readonly Field Processing = new(
        "ProcessingConfiguration",
        Shape.Structure(
            new Field("Enabled", Shape.Boolean()),
            new Field("Processors", Shape.List(Processor, 0, 100, elementText: "Processor"))));

    internal static readonly Field Logging = new(
        "CloudWatchLoggingOptions",
        Shape.Structure(
            new Field("Enabled", Shape.Boolean()),
            new Field("LogGroupName", Shape.Text(0, 512, FirehosePatterns.LogGroup)),
            new Field("LogStreamName", Shape.Text(0, 512, FirehosePatterns.LogStream))));

    internal static readonly Shape CreateDeliveryStream = Shape.Structure(
        Name,
        StreamType,
        new Field(
            "DirectPutSourceConfiguration",
            Shape.Structure(new Field("ThroughputHintInMBs", Shape.Integer(1, 100), isRequired: true))),
        new Field(
            "KinesisStreamSourceConfiguration",
            Shape.Structure(
                new Field("KinesisStreamARN", Arn, isRequired: true), new Field("RoleARN", Arn, isRequired: true))),
        Encryption,
        new Field("S3DestinationConfiguration", Shape.Structure(S3Fields(isNew: true))),
        new Field("ExtendedS3DestinationConfiguration", Shape.Structure(ExtendedS3Fields(isNew: true))),
        new Field("RedshiftDestinationConfiguration", Opaque),
        new Field("ElasticsearchDestinationConfiguration", EndpointRequests.Search(isNew: true)),
        new Field("AmazonopensearchserviceDestinationConfiguration", EndpointRequests.Search(isNew: true)),
        new Field("SplunkDestinationConfiguration", EndpointRequests.Splunk(isNew: true)),
        new Field("HttpEndpointDestinationConfiguration", EndpointRequests.HttpEndpoint(isNew: true)),
        new Field("Tags", Tags.Shape),
        new Field("AmazonOpenSearchServerlessDestinationConfiguration", Opaque),
        new Field("MSKSourceConfiguration", Opaque),
        new Field("SnowflakeDestinationConfiguration", Opaque),
        new Field("IcebergDestinationConfiguration", Opaque),
        new Field("DatabaseSourceConfiguration", Opaque));

    internal static readonly Shape DeleteDeliveryStream =
        Shape.Structure(Name, new Field("AllowForceDelete", Shape.Boolean()));

    internal static readonly Shape DescribeDeliveryStream = Shape.Structure(
        Name,
        new Field("Limit", Shape.Integer(1, ListedMax)),
        new Field("ExclusiveStartDestinationId", DestinationId.Shape));

    internal static readonly Shape ListDeliveryStreams = Shape.Structure(
        new Field("Limit", Shape.Integer(1, ListedMax)),
        StreamType,
        new Field("ExclusiveStartDeliveryStreamName", NameShape));

    internal static readonly Shape PutRecord = Shape.Structure(Name, new Field("Record", Record, isRequired: true));

    internal static readonly Shape PutRecordBatch = Shape.Structure(
        Name, new Field("Records", Shape.List(Record, 1, RecordsMax, elementText: "Record"), isRequired: true));

    internal static readonly Shape UpdateDestination = Shape.Structure(
        Name,
        new Field("CurrentDeliveryStreamVersionId", Shape.Text(1, 50, FirehosePatterns.Version), isRequired: true),
        DestinationId,
        new Field("S3DestinationUpdate", Shape.Structure(S3Fields(isNew: false))),
        new Field("ExtendedS3DestinationUpdate", Shape.Structure(ExtendedS3Fields(isNew: false))),
        new Field("RedshiftDestinationUpdate", Opaque),
        new Field("ElasticsearchDestinationUpdate", EndpointRequests.Search(isNew: false)),
        new Field("AmazonopensearchserviceDestinationUpdate", EndpointRequests.Search(isNew: false)),
        new Field("SplunkDestinationUpdate", EndpointRequests.Splunk(isNew: false)),
        new Field("HttpEndpointDestinationUpdate", EndpointRequests.HttpEndpoint(isNew: false)),
        new Field("AmazonOpenSearchServerlessDestinationUpdate", Opaque),
        new Field("SnowflakeDestinationUpdate", Opaque),
        new Field("IcebergDestinationUpdate", Opaque));

    internal static readonly Shape TagDeliveryStream = Shape.Structure(Name, Tags);

    internal static readonly Shape UntagDeliveryStream =
        Shape.Structure(Name, new Field("TagKeys", Shape.List(TagKey, 1, 50), isRequired: true));

    internal static readonly Shape ListTagsForDeliveryStream = Shape.Structure(
        Name, new Field("ExclusiveStartTagKey", TagKey), new Field("Limit", Shape.Integer(1, 50)));

    internal static readonly Shape StartDeliveryStreamEncryption = Shape.Structure(Name, Encryption);

    internal static readonly Shape StopDeliveryStreamEncryption = Shape.Structure(Name);

    /// <summary>The bucket beside an endpoint.</summary>
    internal static Field Backup(bool isNew) =>
        new(isNew ? "S3Configuration" : "S3Update", Shape.Structure(S3Fields(isNew)), isNew);

    private static Field[] S3Fields(bool isNew) =>
    [
        new("RoleARN", Arn, isNew),
        new("BucketARN", Shape.Text(1, 2048, FirehosePatterns.Arn), isNew),
        new("Prefix", Shape.Text(0, PrefixLengthMax)),
        new("ErrorOutputPrefix", Shape.Text(0, PrefixLengthMax)),
        new(
            "BufferingHints",
            Shape.Structure(
                new Field("SizeInMBs", Shape.Integer(1, 128)), new Field("IntervalInSeconds", Shape.Integer(0, 900)))),
        new("CompressionFormat", Shape.Word("UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY")),
        new(
            "EncryptionConfiguration",
            Shape.Structure(
                new Field("NoEncryptionConfig", Shape.Word("NoEncryption")),
                new Field("KMSEncryptionConfig", Shape.Structure(new Field("AWSKMSKeyARN", Arn, isRequired: true))))),
        Logging,
    ];

    private static Field[] ExtendedS3Fields(bool isNew) =>
    [
        .. S3Fields(isNew),
        Processing,
        new("S3BackupMode", Shape.Word("Disabled", "Enabled")),
        new(isNew ? "S3BackupConfiguration" : "S3BackupUpdate", Opaque),
        new("DataFormatConversionConfiguration", Shape.Structure(new Field("Enabled", Shape.Boolean()))),
        new(
            "DynamicPartitioningConfiguration",
            Shape.Structure(
                new Field(
                    "RetryOptions", Shape.Structure(new Field("DurationInSeconds", Shape.Integer(0, RetrySecondsMax)))),
                new Field("Enabled", Shape.Boolean()))),
        new("FileExtension", Shape.Text(0, 128, FirehosePatterns.Extension)),
        new("CustomTimeZone", Shape.Text(0, 50, FirehosePatterns.TimeZone)),
    ];
}
