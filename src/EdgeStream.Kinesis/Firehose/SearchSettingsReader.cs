using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Reads an index of Elasticsearch or OpenSearch out of a request, and refuses what the gateway does not
/// do.</summary>
internal static class SearchSettingsReader
{
    /// <summary>The destination with what a request says of it.</summary>
    /// <param name="old">What it was; null for a new one.</param>
    /// <param name="part">The request's part.</param>
    /// <param name="isOpenSearch">Whether it is called OpenSearch.</param>
    /// <exception cref="ApiException">Something in it is wrong, or not done here.</exception>
    internal static SearchSettings Apply(SearchSettings? old, RequestPart part, bool isOpenSearch)
    {
        EndpointSettingsReader.Refuse(part, "AllDocuments");
        Refuse(part);
        var endpoint = part.Text("ClusterEndpoint") ?? old?.Endpoint ?? throw ApiException.InvalidArgument(
            "ClusterEndpoint is missing: name the server by its URL.");
        var hints = part.Part("BufferingHints");
        var settings = new SearchSettings
        {
            IsOpenSearch = isOpenSearch,
            Endpoint = endpoint,
            RoleArn = part.Text("RoleARN") ?? old!.RoleArn,
            IndexName = part.Text("IndexName") ?? old!.IndexName,
            TypeName = part.Text("TypeName") ?? old?.TypeName,
            IsDaily = part.Text("IndexRotationPeriod") is { } period
                ? period == SearchSettings.Daily : old?.IsDaily ?? true,
            SizeInMiB = hints?.Integer("SizeInMBs") ?? old?.SizeInMiB ?? 5,
            IntervalInSeconds = hints?.Integer("IntervalInSeconds") ?? old?.IntervalInSeconds ?? 300,
            RetrySeconds = EndpointSettingsReader.RetryOf(part) ?? old?.RetrySeconds
                ?? EndpointSettings.RetrySecondsDefault,
            Backup = EndpointSettingsReader.BackupOf(old?.Backup, part),
        };
        return !Uri.TryCreate(endpoint, UriKind.Absolute, out _)
            || ServerLink.UrlProblem(settings.Place) is not null
            ? throw ApiException.InvalidArgument(
                "ClusterEndpoint is not a URL such as https://search.example.org:9200, or "
                    + "https://user:password@search.example.org:9200.")
            : settings;
    }

    private static void Refuse(RequestPart part)
    {
        if (part.Has("DomainARN"))
        {
            throw S3SettingsReader.NotDone("DomainARN", "ClusterEndpoint is");
        }

        if (part.HasAny("VpcConfiguration"))
        {
            throw S3SettingsReader.NotDone("VpcConfiguration", "what the gateway can reach is");
        }

        if (part.Text("IndexRotationPeriod") is { } period
            and not (SearchSettings.Daily or SearchSettings.NoRotation))
        {
            throw S3SettingsReader.NotDone(
                $"IndexRotationPeriod {period}", $"{SearchSettings.Daily} and {SearchSettings.NoRotation} are");
        }

        if (part.Part("DocumentIdOptions")?.Text("DefaultDocumentIdFormat") is { } format
            and not SearchSettings.DocumentId)
        {
            throw S3SettingsReader.NotDone($"DefaultDocumentIdFormat {format}", $"{SearchSettings.DocumentId} is");
        }
    }
}
