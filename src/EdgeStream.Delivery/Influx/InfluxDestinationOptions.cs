using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A database of InfluxDB 1 or a bucket of InfluxDB 2, and how records become points.</summary>
public sealed record InfluxDestinationOptions : DestinationOptions
{
    /// <summary>The server; the paths of its API are added to the URL.</summary>
    public required ServerLink Link { get; init; }

    /// <summary>The database of version 1; null for version 2.</summary>
    public string? Database { get; init; }

    /// <summary>The retention policy of version 1; null for the database's own.</summary>
    public string? RetentionPolicy { get; init; }

    /// <summary>The organization of version 2.</summary>
    public string? Organization { get; init; }

    /// <summary>The bucket of version 2; null for version 1.</summary>
    public string? Bucket { get; init; }

    /// <summary>The measurement: <c>{stream}</c>, <c>{shard}</c>, <c>{key}</c> and <c>{delivery}</c> are
    /// replaced.</summary>
    public string Measurement { get; init; } = "{stream}";

    /// <summary>Tags, each with the path of its value, or <c>{key}</c>, <c>{stream}</c> or <c>{shard}</c>; what is not
    /// there
    /// is left out.</summary>
    public NamedValues Tags { get; init; } = new(new KeyValuePair<string, string>("key", "{key}"));

    /// <summary>Fields, each with the path of its value; none for every number, text, true and false of the data,
    /// nested ones
    /// by their path.</summary>
    public NamedValues Fields { get; init; } = NamedValues.None;

    /// <summary>Whether points of one millisecond get nanoseconds of their own, from their sequence numbers; otherwise
    /// one
    /// of the same tags replaces the other.</summary>
    public bool HasDistinctTimes { get; init; } = true;

    /// <summary>Points in one request at most.</summary>
    public int RequestRecords { get; init; } = 5000;

    /// <summary>Bytes of one request at most, but for a record that is larger alone.</summary>
    public long RequestBytes { get; init; } = 4 << 20;

    /// <inheritdoc/>
    public override string Kind => "influxdb";

    /// <inheritdoc/>
    public override string Server => Link.Server;

    /// <inheritdoc/>
    public override string Target => $"{Bucket ?? Database} at {Link.Place}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Link.Validate(errors);
        if (string.IsNullOrEmpty(Database) == string.IsNullOrEmpty(Bucket))
        {
            errors.Add(new(nameof(Database), "and the bucket: give one of them, a database for version 1 or a bucket "
                + "for version 2."));
        }

        if (!string.IsNullOrEmpty(Bucket) && string.IsNullOrEmpty(Organization))
        {
            errors.Add(new(nameof(Organization), "is missing: a bucket belongs to one."));
        }

        if (Measurement.Length == 0)
        {
            errors.Add(new(nameof(Measurement), "is empty."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new InfluxTarget(this, deliveryName, wire), deliveryName);

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Kind} {Bucket ?? Database} at {Link}";
}
