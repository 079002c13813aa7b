using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>An HTTP endpoint that takes Firehose's own requests.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record HttpEndpointSettings : EndpointSettings
{
    /// <summary>The only backup mode.</summary>
    internal const string FailedOnly = "FailedDataOnly";

    /// <summary>The endpoint.</summary>
    internal required string Url { get; init; }

    /// <summary>What it is called; null where nothing was said.</summary>
    internal string? EndpointName { get; init; }

    /// <summary>What requests show it; null where nothing was said.</summary>
    internal string? AccessKey { get; init; }

    /// <summary>Whether requests are compressed.</summary>
    internal bool IsGzip { get; init; }

    /// <summary>What every request carries.</summary>
    internal NamedValues Attributes { get; init; } = NamedValues.None;

    /// <inheritdoc/>
    internal override string Kind => "HttpEndpointDestination";

    /// <inheritdoc/>
    internal override DestinationOptions OptionsOf(DeliveryStreamRecord record, FirehoseOptions options) =>
        new HttpDestinationOptions
        {
            Link = new ServerLink { Url = Url, Gzip = IsGzip },
            AccessKey = string.IsNullOrEmpty(AccessKey) ? null : AccessKey,
            SourceArn = DeliveryStreamDescription.ArnOf(options.Names, record.Name),
            CommonAttributes = Attributes,
            RequestRecords = HttpDestinationOptions.RequestRecordsMax,
            RequestBytes = (long)SizeInMiB << 20,
        };
}
