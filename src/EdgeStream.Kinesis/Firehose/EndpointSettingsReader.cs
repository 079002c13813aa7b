using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Reads an HTTP endpoint or Splunk's collector out of a request, and refuses what the gateway does not
/// do.</summary>
internal static class EndpointSettingsReader
{
    private static readonly S3Settings NoBucket = new() { RoleArn = "", BucketArn = "" };

    /// <summary>An HTTP endpoint with what a request says of it.</summary>
    /// <param name="old">What it was; null for a new one.</param>
    /// <param name="part">The request's part.</param>
    /// <exception cref="ApiException">Something in it is wrong, or not done here.</exception>
    internal static HttpEndpointSettings Apply(HttpEndpointSettings? old, RequestPart part)
    {
        Refuse(part, "AllData");
        var endpoint = part.Part("EndpointConfiguration");
        var request = part.Part("RequestConfiguration");
        var hints = part.Part("BufferingHints");
        var settings = new HttpEndpointSettings
        {
            RoleArn = part.Text("RoleARN") ?? old?.RoleArn ?? "",
            SizeInMiB = hints?.Integer("SizeInMBs") ?? old?.SizeInMiB ?? 5,
            IntervalInSeconds = hints?.Integer("IntervalInSeconds") ?? old?.IntervalInSeconds ?? 300,
            RetrySeconds = RetryOf(part) ?? old?.RetrySeconds ?? EndpointSettings.RetrySecondsDefault,
            Backup = BackupOf(old?.Backup, part),
            Url = endpoint?.Text("Url") ?? old!.Url,
            EndpointName = endpoint is null ? old?.EndpointName : endpoint.Value.Text("Name"),
            AccessKey = endpoint?.Text("AccessKey") ?? old?.AccessKey,
            IsGzip = request?.Text("ContentEncoding") is { } encoding ? encoding == "GZIP" : old?.IsGzip ?? false,
            Attributes = request is { } given && given.Has("CommonAttributes")
                ? AttributesOf(given) : old?.Attributes ?? NamedValues.None,
        };
        return ServerLink.UrlProblem(settings.Url) is { } problem
            ? throw ApiException.InvalidArgument($"The Url of the HTTP endpoint {problem}")
            : settings;
    }

    /// <summary>Splunk's collector with what a request says of it.</summary>
    /// <param name="old">What it was; null for a new one.</param>
    /// <param name="part">The request's part.</param>
    /// <exception cref="ApiException">Something in it is wrong, or not done here.</exception>
    internal static SplunkSettings Apply(SplunkSettings? old, RequestPart part)
    {
        Refuse(part, "AllEvents");
        var hints = part.Part("BufferingHints");
        var token = part.Text("HECToken") ?? old?.Token;
        if (string.IsNullOrEmpty(token))
        {
            throw ApiException.InvalidArgument("HECToken is missing: Splunk's collector takes nothing without one.");
        }

        if (part.Text("HECEndpointType") is { } type and not SplunkSettings.Raw)
        {
            throw S3SettingsReader.NotDone(
                $"HECEndpointType {type}", $"{SplunkSettings.Raw} is, with an event for each record");
        }

        var settings = new SplunkSettings
        {
            RoleArn = "",
            SizeInMiB = hints?.Integer("SizeInMBs") ?? old?.SizeInMiB ?? SplunkSettings.SizeInMiBMax,
            IntervalInSeconds = hints?.Integer("IntervalInSeconds") ?? old?.IntervalInSeconds
                ?? SplunkSettings.IntervalInSecondsDefault,
            RetrySeconds = RetryOf(part) ?? old?.RetrySeconds ?? EndpointSettings.RetrySecondsDefault,
            Backup = BackupOf(old?.Backup, part),
            Endpoint = part.Text("HECEndpoint") ?? old!.Endpoint,
            Token = token,
            AcknowledgementSeconds = part.Integer("HECAcknowledgmentTimeoutInSeconds") ?? old?.AcknowledgementSeconds
                ?? SplunkSettings.AcknowledgementSecondsDefault,
        };
        return ServerLink.UrlProblem(settings.Endpoint) is { } problem
            ? throw ApiException.InvalidArgument($"HECEndpoint {problem}")
            : settings;
    }

    /// <exception cref="ApiException">Something that no endpoint can do here is asked for.</exception>
    internal static void Refuse(RequestPart part, string backupOfAll)
    {
        S3SettingsReader.RefuseLogging(part);
        if (part.HasAny("S3BackupMode") && part.Text("S3BackupMode") == backupOfAll)
        {
            throw S3SettingsReader.NotDone(
                $"S3BackupMode {backupOfAll}", "records stay in their stream as long as it keeps them");
        }

        if (part.HasAny("SecretsManagerConfiguration")
            && part.Part("SecretsManagerConfiguration")?.Flag("Enabled") == true)
        {
            throw S3SettingsReader.NotDone("SecretsManagerConfiguration", "the secret in the request is");
        }

        if (part.Part("ProcessingConfiguration") is { } processing && processing.Flag("Enabled") != false
            && processing.Parts("Processors") is [var first, ..])
        {
            throw S3SettingsReader.NotDone(
                $"The processor {first.Text("Type")} before an endpoint", "records are delivered as they are");
        }
    }

    /// <summary>How long an attempt is to be repeated; null where nothing is said.</summary>
    internal static int? RetryOf(RequestPart part) => part.Part("RetryOptions")?.Integer("DurationInSeconds");

    /// <summary>The bucket beside an endpoint.</summary>
    internal static S3Settings BackupOf(S3Settings? old, RequestPart part)
    {
        var name = part.HasMember("S3Configuration") ? "S3Configuration" : "S3Update";
        return part.Part(name) is { } bucket ? S3SettingsReader.Apply(old ?? NoBucket, bucket) : old ?? NoBucket;
    }

    private static NamedValues AttributesOf(RequestPart request)
    {
        var attributes = new List<KeyValuePair<string, string>>();
        foreach (var attribute in request.Parts("CommonAttributes"))
        {
            attributes.Add(new(attribute.Text("AttributeName")!, attribute.Text("AttributeValue")!));
        }

        return new NamedValues([.. attributes]);
    }
}
