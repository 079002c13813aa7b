using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A stream of Kinesis Data Streams, or of a server that speaks like it.</summary>
public sealed record KinesisDestinationOptions : DestinationOptions
{
    private const int NameLengthMax = 128;

    /// <summary>The service and its keys.</summary>
    public required AwsLink Link { get; init; }

    /// <summary>The stream's name.</summary>
    public required string StreamName { get; init; }

    /// <summary>The hash key of each record, decimal; null lets the server hash the partition key.</summary>
    /// <remarks>All records then go to the one shard that has it.</remarks>
    public string? ExplicitHashKey { get; init; }

    /// <summary>Whether a request has at most one record of each key, so that the order of a key holds when the server
    /// takes
    /// a part of a request only.</summary>
    public bool IsKeyOrdered { get; init; } = true;

    /// <summary>Whether records stand with their stream, shard, sequence, key and times, rather than their data
    /// alone.</summary>
    public bool IsLinePayload { get; init; }

    /// <summary>Whether a line begins with the record's id, <c>{"id":"&lt;delivery&gt;-&lt;store id&gt;-&lt;shard&gt;-
    /// &lt;sequence, 20 digits&gt;",…</c>: the same whenever the record is sent, and no other's.</summary>
    public bool IsIdentified { get; init; }

    /// <summary>Whether requests tell the ids of their records, for a stream of another gateway that deduplicates.
    /// </summary>
    public bool HasRecordIds { get; init; }

    /// <inheritdoc/>
    public override string Kind => "kinesis";

    /// <inheritdoc/>
    /// <remarks>What is recognised is what comes again soon.</remarks>
    public override bool NeedsOrder => HasRecordIds;

    /// <inheritdoc/>
    internal override string OrderedPart => "kinesis with recordIds";

    /// <inheritdoc/>
    public override string Server => Link.ServerOf("kinesis").Server;

    /// <inheritdoc/>
    public override string Target =>
        Link.Endpoint is null ? $"kinesis:{Link.Region}/{StreamName}" : $"{StreamName} at {Link.Endpoint}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Link.Validate(errors);
        if (!IsName(StreamName, NameLengthMax))
        {
            errors.Add(new(nameof(StreamName), $"'{StreamName}' is not a stream: 1 to {NameLengthMax} letters, digits, "
                + "'_', '.' or '-' are allowed."));
        }

        if (ExplicitHashKey is { } key
            && !UInt128.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            errors.Add(new(nameof(ExplicitHashKey), $"'{key}' is not a number from 0 to 2^128-1."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new KinesisTarget(this, wire, timeProvider), deliveryName);

    /// <summary>Like the record's own, but without the secret.</summary>
    public override string ToString() => $"{Kind} {StreamName} at {Link}";

    internal static bool IsName(string name, int lengthMax) => name.Length > 0 && name.Length <= lengthMax
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-');
}
