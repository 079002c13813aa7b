using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>An index of Elasticsearch or OpenSearch.</summary>
/// <remarks>Immutable. The endpoint's URL may have the user and the password of basic authentication.</remarks>
internal sealed record SearchSettings : EndpointSettings
{
    /// <summary>The only backup mode.</summary>
    internal const string FailedOnly = "FailedDocumentsOnly";

    /// <summary>An index for each day.</summary>
    internal const string Daily = "OneDay";

    /// <summary>One index for all.</summary>
    internal const string NoRotation = "NoRotation";

    /// <summary>What a document is called: by its record, so that one that comes again is there once.</summary>
    internal const string DocumentId = "FIREHOSE_DEFAULT";

    /// <summary>Whether it was called OpenSearch.</summary>
    internal required bool IsOpenSearch { get; init; }

    /// <summary>The server.</summary>
    internal required string Endpoint { get; init; }

    /// <summary>The index, without its day.</summary>
    internal required string IndexName { get; init; }

    /// <summary>The type that was named, which servers know no more; null where none was.</summary>
    internal string? TypeName { get; init; }

    /// <summary>Whether each day has an index.</summary>
    internal bool IsDaily { get; init; } = true;

    /// <summary>The server without user and password.</summary>
    internal string Place => new UriBuilder(Endpoint) { UserName = "", Password = "" }.Uri.AbsoluteUri;

    /// <inheritdoc/>
    internal override string Kind => IsOpenSearch ? "AmazonopensearchserviceDestination" : "ElasticsearchDestination";

    /// <inheritdoc/>
    internal override DestinationOptions OptionsOf(DeliveryStreamRecord record, FirehoseOptions options)
    {
        var user = new Uri(Endpoint).UserInfo.Split(':', 2);
        var hasUser = user.Length == 2;
        return new ElasticsearchDestinationOptions
        {
            Link = new ServerLink
            {
                Url = Place,
                UserName = hasUser ? Uri.UnescapeDataString(user[0]) : null,
                Password = hasUser ? Uri.UnescapeDataString(user[1]) : null,
            },
            Index = IsDaily ? IndexName + "-{date}" : IndexName,
            IsLinePayload = false,
            RequestBytes = (long)SizeInMiB << 20,
        };
    }
}
