using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Splunk's HTTP Event Collector.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record SplunkSettings : EndpointSettings
{
    /// <summary>The only backup mode.</summary>
    internal const string FailedOnly = "FailedEventsOnly";

    /// <summary>The only type of endpoint: an event for each record.</summary>
    internal const string Raw = "Raw";

    internal const int SizeInMiBMax = 5;
    internal const int IntervalInSecondsDefault = 60;
    internal const int AcknowledgementSecondsDefault = 180;

    /// <summary>The collector.</summary>
    internal required string Endpoint { get; init; }

    /// <summary>Its token.</summary>
    internal required string Token { get; init; }

    /// <summary>How long it may take to acknowledge.</summary>
    internal int AcknowledgementSeconds { get; init; } = AcknowledgementSecondsDefault;

    /// <inheritdoc/>
    internal override string Kind => "SplunkDestination";

    /// <inheritdoc/>
    internal override DestinationOptions OptionsOf(DeliveryStreamRecord record, FirehoseOptions options) =>
        new SplunkDestinationOptions
        {
            Link = new ServerLink { Url = Endpoint, Token = Token },
            Source = "{delivery}",
            Host = "",
            AcknowledgementSeconds = AcknowledgementSeconds,
            RequestRecords = HttpDestinationOptions.RequestRecordsMax,
            RequestBytes = (long)SizeInMiB << 20,
        };
}
