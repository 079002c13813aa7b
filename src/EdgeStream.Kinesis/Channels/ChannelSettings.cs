using EdgeStream.Delivery;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis;

/// <summary>A channel: what the Data Streams API was told of the bucket that a stream's records go to.</summary>
/// <remarks>Immutable. Its delivery stream is called <c>channel-&lt;id&gt;</c> and is not shown by Firehose's
/// actions.</remarks>
internal sealed record ChannelSettings : DestinationSettings
{
    /// <summary>The format whose records follow each other with nothing in between.</summary>
    internal const string Bytes = "BYTE_ARRAY";

    private const string NamePrefix = "channel-";
    private const string ErrorPrefixDefault = "!{firehose:error-output-type}/";

    /// <summary>The channel's name.</summary>
    internal required string ChannelName { get; init; }

    /// <summary>16 random hexadecimal digits that no other channel has.</summary>
    internal required string ChannelId { get; init; }

    /// <summary>When the source was made.</summary>
    internal required Timestamp StreamCreatedAt { get; init; }

    /// <summary>What the records are: JSON, STRING or BYTE_ARRAY.</summary>
    internal required string Format { get; init; }

    /// <summary>The bucket.</summary>
    internal required string BucketArn { get; init; }

    /// <summary>The account that was said to own it; nobody looks.</summary>
    internal required string BucketOwner { get; init; }

    /// <summary>How objects are compressed.</summary>
    internal required CompressionKind Compression { get; init; }

    /// <summary>How objects are named; null for the default.</summary>
    internal string? KeyTemplate { get; init; }

    /// <summary>The storage class that was named; null where none was.</summary>
    internal string? StorageClass { get; init; }

    /// <summary>The account of the bucket for records that fail, which is the same bucket; null where nothing was
    /// said.</summary>
    internal string? ErrorBucketOwner { get; init; }

    /// <summary>What names of failed records begin with; null where nothing was said.</summary>
    internal string? ErrorPrefix { get; init; }

    /// <inheritdoc/>
    internal override string Kind => "Channel";

    /// <summary>The name of the delivery stream of a channel.</summary>
    internal static string NameOf(string channelId) => NamePrefix + channelId;

    /// <inheritdoc/>
    internal override DestinationOptions OptionsOf(DeliveryStreamRecord record, FirehoseOptions options) =>
        options.DestinationOf(S3Settings.BucketOf(BucketArn));

    /// <inheritdoc/>
    internal override DeliveryDefinition Form(DeliveryDefinition definition, DeliveryStreamRecord record)
    {
        var template = ChannelKeyTemplate.Read(this, record.StreamName);
        return definition with
        {
            Naming = new ObjectNaming(template.Prefix, "", record.Id, template.Extension),
            ErrorPrefix = ErrorPrefix + ErrorPrefixDefault,
            Format = RecordFormat.Raw,
            Delimiter = Format == Bytes ? "" : "\n",
            Compression = Compression,
        };
    }
}
