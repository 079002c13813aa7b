namespace EdgeStream.Kinesis;

/// <summary>What the actions of queues take.</summary>
/// <remarks>Source: Amazon Kinesis Data Streams API Reference as of November 2026.</remarks>
internal static class QueueRequests
{
    private const int ListedMax = 10_000;
    private const int EntriesMax = 10;
    private const int VisibilitySecondsMax = 43_200;
    private const int WaitSecondsMax = 20;

    private static readonly Field Arn = new(
        "QueueARN",
        Shape.Text(1, 2048, new TextPattern(
            @"arn:aws.*:kinesis:.*:\d{12}:queue/\S+",
            static value => ArnText.IsOfKinesis(value, ":queue/"u8))),
        isRequired: true);

    private static readonly Shape StreamArn = Shape.Text(1, 2048, TextPattern.StreamArn);
    private static readonly Shape Handle = Shape.Text(1, 1024);

    private static readonly Field VisibilitySeconds =
        new("VisibilityTimeoutSeconds", Shape.Integer(0, VisibilitySecondsMax));

    private static readonly Shape Attributes = Shape.Structure(
        new Field(
            "DeadLetterConfiguration",
            Shape.Structure(
                new Field("TargetType", Shape.Word("BUILT_IN", "NONE"), isRequired: true),
                new Field("MaxReceiveCount", Shape.Integer(1, Streams.QueueOptions.ReceivesMaxLimit)))),
        VisibilitySeconds);

    private static readonly Shape Source = Shape.Structure(
        new Field("StreamARN", StreamArn, isRequired: true),
        new Field(
            "StartingPosition",
            Shape.Structure(
                new Field("Type", Shape.Word("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"), isRequired: true),
                new Field("Timestamp", Shape.Time()))));

    internal static readonly Shape Create = Shape.Structure(
        new Field("QueueName", Shape.Text(1, 128, TextPattern.Name), isRequired: true),
        new Field(
            "StreamConfigurationList",
            Shape.List(Source, 1, 1, elementText: "QueueStreamConfiguration"),
            isRequired: true),
        new Field("QueueAttributes", Attributes),
        new Field("Tags", Shape.Map(1, 200, (1, 128), (0, 256))));

    internal static readonly Shape OfQueue = Shape.Structure(Arn);

    internal static readonly Shape Update = Shape.Structure(
        Arn, new Field("QueueAttributes", Attributes, isRequired: true));

    internal static readonly Shape List = Shape.Structure(
        new Field("MaxResults", Shape.Integer(1, ListedMax)),
        new Field("NextToken", Shape.Text(1, 1 << 20)),
        new Field(
            "StreamFilter",
            Shape.List(
                Shape.Structure(
                    new Field("StreamARN", StreamArn, isRequired: true),
                    new Field("StreamCreationTimestamp", Shape.Time())),
                1,
                ListedMax,
                elementText: "QueueStreamFilter")));

    internal static readonly Shape Receive = Shape.Structure(
        Arn,
        new Field("Limit", Shape.Integer(1, EntriesMax)),
        VisibilitySeconds,
        new Field("WaitTimeSeconds", Shape.Integer(0, WaitSecondsMax)));

    /// <summary>Records by their receipt handles.</summary>
    internal static readonly Shape OfRecords = Shape.Structure(
        new Field(
            "Entries",
            Shape.List(
                Shape.Structure(new Field("ReceiptHandle", Handle, isRequired: true)),
                1,
                EntriesMax,
                elementText: "QueueRecordsRequestEntry"),
            isRequired: true),
        Arn);

    internal static readonly Shape ChangeVisibility = Shape.Structure(
        new Field(
            "Entries",
            Shape.List(
                Shape.Structure(
                    new Field("ReceiptHandle", Handle, isRequired: true),
                    new Field(VisibilitySeconds.Name, VisibilitySeconds.Shape, isRequired: true)),
                1,
                EntriesMax,
                elementText: "QueueRecordsVisibilityRequestEntry"),
            isRequired: true),
        Arn);
}
