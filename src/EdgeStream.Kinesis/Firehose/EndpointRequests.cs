namespace EdgeStream.Kinesis;

/// <summary>What requests say of an HTTP endpoint, of Splunk, and of Elasticsearch or OpenSearch.</summary>
/// <remarks>An endpoint may have <c>http</c> as well: it often stands on the same site.</remarks>
internal static class EndpointRequests
{
    private const int AttributesMax = 50;
    private static readonly Field Retry =
        new("RetryOptions", Shape.Structure(new Field("DurationInSeconds", Shape.Integer(0, 7200))));

    /// <summary>The secret is in the gateway's own configuration, or in the request.</summary>
    private static readonly Field Secrets = new("SecretsManagerConfiguration", Shape.Structure(
        new Field("SecretARN", Shape.Text(1, 2048, FirehosePatterns.Arn)),
        new Field("RoleARN", Shape.Text(1, 512, FirehosePatterns.Arn)),
        new Field("Enabled", Shape.Boolean(), isRequired: true)));

    /// <summary>The members of an HTTP endpoint.</summary>
    internal static Shape HttpEndpoint(bool isNew) => Shape.Structure(
        new Field(
            "EndpointConfiguration",
            Shape.Structure(
                new Field("Url", Shape.Text(1, 1000, FirehosePatterns.Url), isRequired: true),
                new Field("Name", Shape.Text(1, 256, FirehosePatterns.NotBlank)),
                new Field("AccessKey", Shape.Text(0, 4096))),
            isRequired: isNew),
        Hints(sizeMax: 64, secondsMax: 900),
        FirehoseRequests.Logging,
        new Field(
            "RequestConfiguration",
            Shape.Structure(
                new Field("ContentEncoding", Shape.Word("NONE", "GZIP")),
                new Field(
                    "CommonAttributes",
                    Shape.List(
                        Shape.Structure(
                            new Field(
                                "AttributeName",
                                Shape.Text(1, 256, FirehosePatterns.NotBlank),
                                isRequired: true),
                            new Field("AttributeValue", Shape.Text(0, 1024), isRequired: true)),
                        0,
                        AttributesMax)))),
        FirehoseRequests.Processing,
        new Field("RoleARN", FirehoseRequests.Arn),
        Retry,
        new Field("S3BackupMode", Shape.Word("FailedDataOnly", "AllData")),
        FirehoseRequests.Backup(isNew),
        Secrets);

    /// <summary>The members of Splunk's collector.</summary>
    internal static Shape Splunk(bool isNew) => Shape.Structure(
        new Field("HECEndpoint", Shape.Text(0, 2048), isNew),
        new Field("HECEndpointType", Shape.Word("Raw", "Event"), isNew),
        new Field("HECToken", Shape.Text(0, 2048)),
        new Field("HECAcknowledgmentTimeoutInSeconds", Shape.Integer(180, 600)),
        Retry,
        new Field("S3BackupMode", Shape.Word("FailedEventsOnly", "AllEvents")),
        FirehoseRequests.Backup(isNew),
        FirehoseRequests.Processing,
        FirehoseRequests.Logging,
        Hints(sizeMax: SplunkSettings.SizeInMiBMax, secondsMax: 60),
        Secrets);

    /// <summary>The members of an index of Elasticsearch or OpenSearch.</summary>
    internal static Shape Search(bool isNew)
    {
        Field[] common =
        [
            new("RoleARN", FirehoseRequests.Arn, isNew),
            new("DomainARN", FirehoseRequests.Arn),
            new("ClusterEndpoint", Shape.Text(1, 512, FirehosePatterns.Url)),
            new("IndexName", Shape.Text(1, 80), isNew),
            new("TypeName", Shape.Text(0, 100)),
            new(
                "IndexRotationPeriod",
                Shape.Word(SearchSettings.NoRotation, "OneHour", SearchSettings.Daily, "OneWeek", "OneMonth")),
            Hints(sizeMax: 100, secondsMax: 900),
            Retry,
            FirehoseRequests.Backup(isNew),
            FirehoseRequests.Processing,
            FirehoseRequests.Logging,
            new(
                "DocumentIdOptions",
                Shape.Structure(new Field(
                    "DefaultDocumentIdFormat",
                    Shape.Word(SearchSettings.DocumentId, "NO_DOCUMENT_ID"),
                    isRequired: true))),
        ];
        return isNew
            ? Shape.Structure(
            [
                .. common,
                new("S3BackupMode", Shape.Word(SearchSettings.FailedOnly, "AllDocuments")),
                new("VpcConfiguration", Shape.Structure(
                    new Field("SubnetIds", Shape.List(Shape.Text(1, 1024), 1, 16), isRequired: true),
                    new Field("RoleARN", FirehoseRequests.Arn, isRequired: true),
                    new Field("SecurityGroupIds", Shape.List(Shape.Text(1, 1024), 1, 5), isRequired: true))),
            ])
            : Shape.Structure(common);
    }

    private static Field Hints(int sizeMax, int secondsMax) => new(
        "BufferingHints",
        Shape.Structure(
            new Field("SizeInMBs", Shape.Integer(1, sizeMax)),
            new Field("IntervalInSeconds", Shape.Integer(0, secondsMax))));
}
