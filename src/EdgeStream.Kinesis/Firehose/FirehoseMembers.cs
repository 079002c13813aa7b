namespace EdgeStream.Kinesis;

/// <summary>Names in responses of the Firehose API.</summary>
internal static class FirehoseMembers
{
    internal static readonly MemberName AmazonopensearchserviceDestinationDescription =
        new("AmazonopensearchserviceDestinationDescription");
    internal static readonly MemberName AttributeName = new("AttributeName");
    internal static readonly MemberName AttributeValue = new("AttributeValue");
    internal static readonly MemberName AwsKmsKeyArn = new("AWSKMSKeyARN");
    internal static readonly MemberName BucketArn = new("BucketARN");
    internal static readonly MemberName BufferingHints = new("BufferingHints");
    internal static readonly MemberName CloudWatchLoggingOptions = new("CloudWatchLoggingOptions");
    internal static readonly MemberName ClusterEndpoint = new("ClusterEndpoint");
    internal static readonly MemberName CommonAttributes = new("CommonAttributes");
    internal static readonly MemberName CompressionFormat = new("CompressionFormat");
    internal static readonly MemberName ContentEncoding = new("ContentEncoding");
    internal static readonly MemberName CreateTimestamp = new("CreateTimestamp");
    internal static readonly MemberName CustomTimeZone = new("CustomTimeZone");
    internal static readonly MemberName DefaultDocumentIdFormat = new("DefaultDocumentIdFormat");
    internal static readonly MemberName DeliveryStartTimestamp = new("DeliveryStartTimestamp");
    internal static readonly MemberName DeliveryStreamArn = new("DeliveryStreamARN");
    internal static readonly MemberName DeliveryStreamDescription = new("DeliveryStreamDescription");
    internal static readonly MemberName DeliveryStreamEncryptionConfiguration =
        new("DeliveryStreamEncryptionConfiguration");
    internal static readonly MemberName DeliveryStreamName = new("DeliveryStreamName");
    internal static readonly MemberName DeliveryStreamNames = new("DeliveryStreamNames");
    internal static readonly MemberName DeliveryStreamStatus = new("DeliveryStreamStatus");
    internal static readonly MemberName DeliveryStreamType = new("DeliveryStreamType");
    internal static readonly MemberName DestinationId = new("DestinationId");
    internal static readonly MemberName Destinations = new("Destinations");
    internal static readonly MemberName Details = new("Details");
    internal static readonly MemberName DirectPutSourceDescription = new("DirectPutSourceDescription");
    internal static readonly MemberName DocumentIdOptions = new("DocumentIdOptions");
    internal static readonly MemberName DurationInSeconds = new("DurationInSeconds");
    internal static readonly MemberName DynamicPartitioningConfiguration = new("DynamicPartitioningConfiguration");
    internal static readonly MemberName ElasticsearchDestinationDescription =
        new("ElasticsearchDestinationDescription");
    internal static readonly MemberName Enabled = new("Enabled");
    internal static readonly MemberName Encrypted = new("Encrypted");
    internal static readonly MemberName EncryptionConfiguration = new("EncryptionConfiguration");
    internal static readonly MemberName EndpointConfiguration = new("EndpointConfiguration");
    internal static readonly MemberName ErrorOutputPrefix = new("ErrorOutputPrefix");
    internal static readonly MemberName ExtendedS3DestinationDescription = new("ExtendedS3DestinationDescription");
    internal static readonly MemberName FailedPutCount = new("FailedPutCount");
    internal static readonly MemberName FailureDescription = new("FailureDescription");
    internal static readonly MemberName FileExtension = new("FileExtension");
    internal static readonly MemberName HasMoreDeliveryStreams = new("HasMoreDeliveryStreams");
    internal static readonly MemberName HasMoreDestinations = new("HasMoreDestinations");
    internal static readonly MemberName HecAcknowledgmentTimeoutInSeconds = new("HECAcknowledgmentTimeoutInSeconds");
    internal static readonly MemberName HecEndpoint = new("HECEndpoint");
    internal static readonly MemberName HecEndpointType = new("HECEndpointType");
    internal static readonly MemberName HecToken = new("HECToken");
    internal static readonly MemberName HttpEndpointDestinationDescription = new("HttpEndpointDestinationDescription");
    internal static readonly MemberName IndexName = new("IndexName");
    internal static readonly MemberName IndexRotationPeriod = new("IndexRotationPeriod");
    internal static readonly MemberName IntervalInSeconds = new("IntervalInSeconds");
    internal static readonly MemberName KeyArn = new("KeyARN");
    internal static readonly MemberName KeyType = new("KeyType");
    internal static readonly MemberName KinesisStreamArn = new("KinesisStreamARN");
    internal static readonly MemberName KinesisStreamSourceDescription = new("KinesisStreamSourceDescription");
    internal static readonly MemberName KmsEncryptionConfig = new("KMSEncryptionConfig");
    internal static readonly MemberName LastUpdateTimestamp = new("LastUpdateTimestamp");
    internal static readonly MemberName Name = new("Name");
    internal static readonly MemberName NoEncryptionConfig = new("NoEncryptionConfig");
    internal static readonly MemberName ParameterName = new("ParameterName");
    internal static readonly MemberName ParameterValue = new("ParameterValue");
    internal static readonly MemberName Parameters = new("Parameters");
    internal static readonly MemberName Prefix = new("Prefix");
    internal static readonly MemberName ProcessingConfiguration = new("ProcessingConfiguration");
    internal static readonly MemberName Processors = new("Processors");
    internal static readonly MemberName RecordId = new("RecordId");
    internal static readonly MemberName RequestConfiguration = new("RequestConfiguration");
    internal static readonly MemberName RequestResponses = new("RequestResponses");
    internal static readonly MemberName RetryOptions = new("RetryOptions");
    internal static readonly MemberName RoleArn = new("RoleARN");
    internal static readonly MemberName S3BackupMode = new("S3BackupMode");
    internal static readonly MemberName S3DestinationDescription = new("S3DestinationDescription");
    internal static readonly MemberName SizeInMBs = new("SizeInMBs");
    internal static readonly MemberName Source = new("Source");
    internal static readonly MemberName SplunkDestinationDescription = new("SplunkDestinationDescription");
    internal static readonly MemberName ThroughputHintInMBs = new("ThroughputHintInMBs");
    internal static readonly MemberName Type = new("Type");
    internal static readonly MemberName TypeName = new("TypeName");
    internal static readonly MemberName Url = new("Url");
    internal static readonly MemberName VersionId = new("VersionId");
}
