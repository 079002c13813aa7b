using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>An HTTP endpoint, as Firehose delivers to one, or a plain one that takes JSON.</summary>
public sealed record HttpDestinationOptions : DestinationOptions
{
    /// <summary>Largest <see cref="RequestRecords"/>.</summary>
    public const int RequestRecordsMax = 10_000;

    /// <summary>Smallest <see cref="RequestBytes"/>: 1 KiB.</summary>
    public const long RequestBytesMin = 1 << 10;

    /// <summary>Largest <see cref="RequestBytes"/>: 64 MiB, as Firehose.</summary>
    public const long RequestBytesMax = 64 << 20;

    /// <summary>The endpoint and how it is asked.</summary>
    public required ServerLink Link { get; init; }

    /// <summary>What a request looks like.</summary>
    public HttpBody Body { get; init; }

    /// <summary>Whether records stand with their stream, shard, sequence, key and times, rather than their data
    /// alone.</summary>
    public bool IsLinePayload { get; init; }

    /// <summary>Firehose's access key of the endpoint; null for none. Shown nowhere.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Firehose's source; null for one with the delivery's name.</summary>
    public string? SourceArn { get; init; }

    /// <summary>Firehose's common attributes.</summary>
    public NamedValues CommonAttributes { get; init; } = NamedValues.None;

    /// <summary>Records in one request at most. 1 to 10,000.</summary>
    public int RequestRecords { get; init; } = 500;

    /// <summary>Bytes of one request at most, but for a record that is larger alone. 1 KiB to 64 MiB.</summary>
    public long RequestBytes { get; init; } = 4 << 20;

    /// <inheritdoc/>
    public override string Kind => "http";

    /// <inheritdoc/>
    public override string Server => Link.Server;

    /// <inheritdoc/>
    public override string Target => Link.Place;

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Link.Validate(errors);
        if (RequestRecords is < 1 or > RequestRecordsMax)
        {
            errors.Add(new(nameof(RequestRecords),
                $"{RequestRecords} is out of range: 1 to {RequestRecordsMax} records are allowed."));
        }

        if (RequestBytes is < RequestBytesMin or > RequestBytesMax)
        {
            errors.Add(new(nameof(RequestBytes),
                $"{RequestBytes} is out of range: {RequestBytesMin} (1 KiB) to {RequestBytesMax} (64 MiB) are "
                    + "allowed."));
        }

        if (Body != HttpBody.Firehose
            && (AccessKey is not null || SourceArn is not null || CommonAttributes.Entries.Count > 0))
        {
            errors.Add(new(nameof(AccessKey),
                "and its companions of Firehose's request are for the body 'firehose' only."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new HttpTarget(this, deliveryName, wire, timeProvider), deliveryName);

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Kind} {Link}";
}
