namespace EdgeStream.Kinesis;

/// <summary>What the actions of channels take.</summary>
/// <remarks>Source: the service's public model of the API 2013-12-02 as of 2026. Of a destination that the gateway
/// does not deliver to only the presence is looked at.</remarks>
internal static class ChannelRequests
{
    private const int ListedMax = 10_000;

    private static readonly Field Arn = new(
        "ChannelARN",
        Shape.Text(1, 2048, new TextPattern(
            @"arn:aws.*:kinesis:.*:\d{12}:channel/\S+",
            static value => ArnText.IsOfKinesis(value, ":channel/"u8))),
        isRequired: true);

    private static readonly Shape BucketArn = Shape.Text(1, 2048, new TextPattern(
        "arn:aws[-a-z0-9]*:s3:::[a-z0-9._-]{3,63}", IsBucket));

    private static readonly Shape Account = Shape.Text(12, 12, new TextPattern(
        @"\d{12}", static value => !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')));

    private static readonly Field Freshness = new("DataFreshnessInSeconds", Shape.Integer());

    private static readonly Field Logging = new(
        "LoggingConfiguration",
        Shape.Structure(new Field(
            "CloudWatchLogs",
            Shape.Structure(
                new Field("Enabled", Shape.Boolean(), isRequired: true),
                new Field("LogGroupName", Shape.Text(1, 512)),
                new Field("LogStreamName", Shape.Text(1, 512))))));

    private static readonly Shape Storage = Shape.Structure(
        new Field("BucketARN", BucketArn, isRequired: true),
        new Field("ExpectedBucketOwner", Account, isRequired: true),
        new Field("OutputKeyTemplate", Shape.Text(1, 1024)),
        new Field("StorageClass", Shape.Word("STANDARD", "INTELLIGENT_TIERING", "GLACIER_IR")),
        new Field("CompressionType", Shape.Word("NONE", "GZIP", "ZSTD"), isRequired: true));

    private static readonly Shape DeadLetters = Shape.Structure(
        new Field("BucketARN", BucketArn, isRequired: true),
        new Field("ExpectedBucketOwner", Account, isRequired: true),
        new Field("ErrorOutputPrefix", Shape.Text(0, 512)));

    private static readonly Shape Source = Shape.Structure(
        new Field("StreamARN", Shape.Text(1, 2048, TextPattern.StreamArn), isRequired: true),
        new Field(
            "RecordConfiguration",
            Shape.Structure(
                new Field(
                    "RecordFormatType", Shape.Word("GSR_JSON", "JSON", "STRING", "BYTE_ARRAY"), isRequired: true),
                new Field("GSRSchemaARN", Shape.Text(1, 512))),
            isRequired: true));

    internal static readonly Shape Create = Shape.Structure(
        new Field("ChannelName", Shape.Text(1, 128, TextPattern.Name), isRequired: true),
        new Field("ServiceExecutionRoleARN", Shape.Text(1, 512, FirehosePatterns.Arn), isRequired: true),
        new Field(
            "StreamConfigurationList",
            Shape.List(Source, 1, ListedMax, elementText: "ChannelStreamConfiguration"),
            isRequired: true),
        new Field(
            "S3DestinationConfiguration",
            Shape.Structure(
                new Field("StorageConfiguration", Storage, isRequired: true),
                new Field("DeadLetterQueueS3Configuration", DeadLetters),
                Freshness)),
        new Field("S3TablesDestinationConfiguration", Shape.Structure()),
        new Field(
            "EncryptionConfiguration",
            Shape.Structure(
                new Field("EncryptionType", Shape.Word("KMS"), isRequired: true),
                new Field("KeyId", Shape.Text(1, 2048), isRequired: true))),
        new Field("Tags", Shape.Map(0, 200, (1, 128), (0, 256))),
        Logging);

    internal static readonly Shape OfChannel = Shape.Structure(Arn);

    internal static readonly Shape Update = Shape.Structure(
        Arn,
        new Field("S3DestinationConfiguration", Shape.Structure(Freshness)),
        new Field("S3TablesDestinationConfiguration", Shape.Structure(Freshness)),
        Logging);

    internal static readonly Shape List = Shape.Structure(
        new Field(
            "StreamFilter",
            Shape.List(
                Shape.Structure(
                    new Field("StreamARN", Shape.Text(1, 2048, TextPattern.StreamArn), isRequired: true),
                    new Field("StreamCreationTimestamp", Shape.Time())),
                1,
                ListedMax,
                elementText: "StreamFilter")),
        new Field("MaxResults", Shape.Integer(1, ListedMax)),
        new Field("NextToken", Shape.Text(1, 1 << 20)));

    private static bool IsBucket(ReadOnlySpan<byte> value)
    {
        var mark = value.IndexOf(":s3:::"u8);
        if (mark < 0 || !value.StartsWith("arn:aws"u8))
        {
            return false;
        }

        var name = value[(mark + ":s3:::"u8.Length)..];
        return name.Length is >= 3 and <= 63 && TextPattern.Name.IsMatch(name)
            && !name.ContainsAnyInRange((byte)'A', (byte)'Z');
    }
}
