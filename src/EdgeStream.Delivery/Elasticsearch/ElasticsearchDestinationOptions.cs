using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>An index or data stream of Elasticsearch or OpenSearch.</summary>
public sealed record ElasticsearchDestinationOptions : DestinationOptions
{
    /// <summary>The server; <c>/_bulk</c> is added to the URL. A token is an API key.</summary>
    public required ServerLink Link { get; init; }

    /// <summary>The index or data stream: <c>{stream}</c>, <c>{shard}</c>, <c>{delivery}</c> and <c>{date}</c> (of the
    /// event,
    /// as <c>yyyy.MM.dd</c>) are replaced.</summary>
    public string Index { get; init; } = "{stream}";

    /// <summary>Whether a document is created, which a data stream needs and which leaves one alone that is there
    /// already;
    /// otherwise it is replaced.</summary>
    public bool IsCreate { get; init; } = true;

    /// <summary>Whether a document has stream, shard, sequence, key and times with the data in <c>data</c>, rather
    /// than the
    /// data alone.</summary>
    public bool IsLinePayload { get; init; } = true;

    /// <summary>Documents in one request at most.</summary>
    public int RequestRecords { get; init; } = 1000;

    /// <summary>Bytes of one request at most, but for a record that is larger alone.</summary>
    public long RequestBytes { get; init; } = 5 << 20;

    /// <inheritdoc/>
    public override string Kind => "elasticsearch";

    /// <inheritdoc/>
    public override string Server => Link.Server;

    /// <inheritdoc/>
    public override string Target => $"{Index} at {Link.Place}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Link.Validate(errors);
        var plain = Index.Replace("{stream}", "x", StringComparison.Ordinal)
            .Replace("{shard}", "x", StringComparison.Ordinal).Replace("{delivery}", "x", StringComparison.Ordinal)
            .Replace("{date}", "x", StringComparison.Ordinal);
        if (plain.Length is 0 or > 255 || plain[0] is '_' or '-' or '+' || plain is "." or ".."
            || plain != plain.ToLowerInvariant() || plain.AsSpan().IndexOfAny("\\/*?\"<>| ,#:{}") >= 0)
        {
            errors.Add(new(nameof(Index), $"'{Index}' is no index: lower case, without \\ / * ? \" < > | , # : and "
                + "blanks, with {stream}, {shard}, {delivery} and {date} in it."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new ElasticsearchTarget(this, deliveryName, wire), deliveryName);

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Kind} {Index} at {Link}";
}
