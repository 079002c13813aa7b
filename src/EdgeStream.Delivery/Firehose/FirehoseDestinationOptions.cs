using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A delivery stream of Firehose, or of a server that speaks like it.</summary>
public sealed record FirehoseDestinationOptions : DestinationOptions
{
    private const int NameLengthMax = 64;

    /// <summary>The service and its keys.</summary>
    public required AwsLink Link { get; init; }

    /// <summary>The delivery stream's name.</summary>
    public required string StreamName { get; init; }

    /// <summary>Whether records stand with their stream, shard, sequence, key and times, rather than their data
    /// alone.</summary>
    public bool IsLinePayload { get; init; }

    /// <summary>Whether a line begins with the record's id, <c>{"id":"&lt;delivery&gt;-&lt;store id&gt;-&lt;shard&gt;-
    /// &lt;sequence, 20 digits&gt;",…</c>: the same whenever the record is sent, and no other's.</summary>
    public bool IsIdentified { get; init; }

    /// <summary>Whether a line feed follows each record, as Firehose puts nothing between them.</summary>
    public bool HasLineFeeds { get; init; } = true;

    /// <inheritdoc/>
    public override string Kind => "firehose";

    /// <inheritdoc/>
    public override string Server => Link.ServerOf("firehose").Server;

    /// <inheritdoc/>
    public override string Target =>
        Link.Endpoint is null ? $"firehose:{Link.Region}/{StreamName}" : $"{StreamName} at {Link.Endpoint}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Link.Validate(errors);
        if (!KinesisDestinationOptions.IsName(StreamName, NameLengthMax))
        {
            errors.Add(new(nameof(StreamName), $"'{StreamName}' is not a delivery stream: 1 to {NameLengthMax} "
                + "letters, digits, '_', '.' or '-' are allowed."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new FirehoseTarget(this, wire, timeProvider), deliveryName);

    /// <summary>Like the record's own, but without the secret.</summary>
    public override string ToString() => $"{Kind} {StreamName} at {Link}";
}
