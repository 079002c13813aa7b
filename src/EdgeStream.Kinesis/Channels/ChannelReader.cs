using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Reads a channel out of a request, and refuses what the gateway does not do.</summary>
internal static class ChannelReader
{
    private const int FreshnessMin = 300;
    private const int FreshnessMax = 900;
    private const int SizeInMiB = 16;

    /// <summary>The destination of a channel that is made.</summary>
    /// <exception cref="ApiException">Something in it is wrong, or not done here.</exception>
    internal static ChannelSettings Read(
        RequestPart request, string name, string id, DataStream stream, string format)
    {
        RefuseLogging(request);
        if (request.Part("EncryptionConfiguration")?.Text("KeyId") is { } key)
        {
            throw new ApiException(
                ErrorType.KmsNotFound,
                $"Key {key} is not there: the gateway encrypts no objects. The bucket's default encryption may.");
        }

        if (request.Has("S3TablesDestinationConfiguration"))
        {
            throw S3SettingsReader.NotDone("S3TablesDestinationConfiguration", "S3DestinationConfiguration is");
        }

        if (request.Part("S3DestinationConfiguration") is not { } destination)
        {
            throw ApiException.InvalidArgument("S3DestinationConfiguration must be specified.");
        }

        var storage = destination.Part("StorageConfiguration")!.Value;
        var dead = destination.Part("DeadLetterQueueS3Configuration");
        var settings = new ChannelSettings
        {
            ChannelName = name,
            ChannelId = id,
            StreamCreatedAt = stream.Attributes.CreatedAt,
            Format = format,
            RoleArn = request.Text("ServiceExecutionRoleARN")!,
            SizeInMiB = SizeInMiB,
            IntervalInSeconds = FreshnessOf(destination) ?? FreshnessMin,
            BucketArn = storage.Text("BucketARN")!,
            BucketOwner = storage.Text("ExpectedBucketOwner")!,
            Compression = storage.Text("CompressionType") switch
            {
                "GZIP" => CompressionKind.Gzip,
                "ZSTD" => CompressionKind.Zstandard,
                _ => CompressionKind.None,
            },
            KeyTemplate = storage.Text("OutputKeyTemplate"),
            StorageClass = storage.Text("StorageClass"),
            ErrorBucketOwner = dead?.Text("ExpectedBucketOwner"),
            ErrorPrefix = dead?.Text("ErrorOutputPrefix"),
        };
        Check(settings, dead, stream.Name);
        return settings;
    }

    /// <summary>A channel with what a request changes of it.</summary>
    /// <exception cref="ApiException">Something in it is wrong, or not done here.</exception>
    internal static ChannelSettings Apply(ChannelSettings old, RequestPart request)
    {
        RefuseLogging(request);
        return request.Has("S3TablesDestinationConfiguration")
            ? throw ApiException.InvalidArgument(
                $"Channel {old.ChannelName} delivers to a bucket: S3DestinationConfiguration changes it.")
            : request.Part("S3DestinationConfiguration") is { } destination
                ? old with { IntervalInSeconds = FreshnessOf(destination) ?? old.IntervalInSeconds }
                : old;
    }

    private static void Check(ChannelSettings settings, RequestPart? dead, string streamName)
    {
        if (settings.StorageClass is not (null or "STANDARD"))
        {
            throw S3SettingsReader.NotDone($"StorageClass {settings.StorageClass}", "STANDARD is");
        }

        if (dead?.Text("BucketARN") is { } bucket && bucket != settings.BucketArn)
        {
            throw S3SettingsReader.NotDone(
                "A DeadLetterQueueS3Configuration of another bucket", "the destination's own, under a prefix, is");
        }

        var template = ChannelKeyTemplate.Read(settings, streamName);
        if (!PrefixTemplate.TryParse(template.Prefix, out _, out var problem))
        {
            throw ApiException.InvalidArgument($"OutputKeyTemplate {problem}");
        }
    }

    private static int? FreshnessOf(RequestPart destination) =>
        destination.Integer("DataFreshnessInSeconds") is { } seconds
            ? seconds is >= FreshnessMin and <= FreshnessMax
                ? seconds
                : throw ApiException.InvalidArgument(
                    $"DataFreshnessInSeconds is {seconds}; it must be between {FreshnessMin} and {FreshnessMax}.")
            : null;

    private static void RefuseLogging(RequestPart request)
    {
        if (request.Part("LoggingConfiguration")?.Part("CloudWatchLogs")?.Flag("Enabled") == true)
        {
            throw S3SettingsReader.NotDone("CloudWatchLogs", "errors are in the gateway's log, health and metrics");
        }
    }
}
