using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Splunk's HTTP Event Collector.</summary>
public sealed record SplunkDestinationOptions : DestinationOptions
{
    /// <summary>The server; <c>/services/collector</c> is added to the URL. The token is the collector's.</summary>
    public required ServerLink Link { get; init; }

    /// <summary>The index; null for the token's.</summary>
    public string? Index { get; init; }

    /// <summary>The source: <c>{stream}</c>, <c>{shard}</c>, <c>{key}</c> and <c>{delivery}</c> are replaced.</summary>
    public string Source { get; init; } = "{stream}";

    /// <summary>The source type; null for the token's.</summary>
    public string? SourceType { get; init; }

    /// <summary>The host, with the same places as the source.</summary>
    public string Host { get; init; } = "{key}";

    /// <summary>Whether records count as taken only when the indexer has acknowledged them.</summary>
    public bool HasAcknowledgement { get; init; } = true;

    /// <summary>How long to wait for that. 1 to 3,600 seconds.</summary>
    public int AcknowledgementSeconds { get; init; } = 300;

    /// <summary>Whether an event is the whole line, rather than the record's data.</summary>
    public bool IsLinePayload { get; init; }

    /// <summary>Events in one request at most.</summary>
    public int RequestRecords { get; init; } = 500;

    /// <summary>Bytes of one request at most, but for a record that is larger alone.</summary>
    public long RequestBytes { get; init; } = 1 << 20;

    /// <inheritdoc/>
    public override string Kind => "splunk";

    /// <inheritdoc/>
    public override string Server => Link.Server;

    /// <inheritdoc/>
    public override string Target => Link.Place;

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Link.Validate(errors);
        if (Link.Token is not { Length: > 0 })
        {
            errors.Add(new(nameof(ServerLink.Token), "is missing: the collector takes nothing without one."));
        }

        if (AcknowledgementSeconds is < 1 or > ServerLink.TimeoutSecondsMax)
        {
            errors.Add(new(nameof(AcknowledgementSeconds), $"{AcknowledgementSeconds} is out of range: 1 to "
                + $"{ServerLink.TimeoutSecondsMax} seconds are allowed."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new SplunkTarget(this, deliveryName, wire, timeProvider), deliveryName);

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Kind} {Link}";
}
