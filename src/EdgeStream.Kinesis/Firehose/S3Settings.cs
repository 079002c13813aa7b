using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>A bucket.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record S3Settings : DestinationSettings
{
    internal const string BucketPrefix = ":s3:::";

    /// <summary><see cref="PartitionRetrySeconds"/> where nothing was said.</summary>
    internal const int PartitionRetrySecondsDefault = 300;

    private const string ErrorDefault = "!{firehose:error-output-type}/";
    private const string TimeDefault = "!{timestamp:yyyy/MM/dd/HH/}";

    /// <summary>The bucket.</summary>
    internal required string BucketArn { get; init; }

    /// <summary>What object names begin with; null where nothing was said.</summary>
    internal string? Prefix { get; init; }

    /// <summary>What names of failed records begin with; null where nothing was said.</summary>
    internal string? ErrorOutputPrefix { get; init; }

    /// <summary>How objects are compressed.</summary>
    internal CompressionKind Compression { get; init; }

    /// <summary>The key of the key management service with which the server encrypts objects; null where the bucket's
    /// own setting counts.</summary>
    internal string? KmsKeyArn { get; init; }

    /// <summary>Whether processing was spoken of, and whether it is on.</summary>
    internal bool? IsProcessing { get; init; }

    /// <summary>The steps of processing.</summary>
    internal IReadOnlyList<RecordProcessor> Processors { get; init; } = [];

    /// <summary>Whether values of the data in names were spoken of, and whether there may be some.</summary>
    internal bool? IsPartitioned { get; init; }

    /// <summary>How long the service would try to write objects so, in seconds; it is told, and attempts go on until
    /// they succeed.</summary>
    internal int PartitionRetrySeconds { get; init; } = PartitionRetrySecondsDefault;

    /// <summary>What object names end with; null where nothing was said.</summary>
    internal string? FileExtension { get; init; }

    /// <summary>The time zone that was named, which is UTC under one of its names; null where none was.</summary>
    internal string? CustomTimeZone { get; init; }

    /// <summary>The bucket's name.</summary>
    internal string Bucket => BucketOf(BucketArn);

    /// <summary>The prefix as it is evaluated: with the paths of the values in it, and with the hour where it has no
    /// time of its own.</summary>
    internal string EvaluatedPrefix
    {
        get
        {
            var prefix = MetadataQuery is { } query ? query.Resolve(Prefix ?? "") : Prefix ?? "";
            return PrefixTemplate.TryParseWithKeys(prefix, out var template, out _) && template.HasTime
                ? prefix
                : prefix + TimeDefault;
        }
    }

    /// <summary>Where in the data the values of names stand; null where there are none.</summary>
    internal MetadataQuery? MetadataQuery
    {
        get
        {
            foreach (var processor in IsProcessing == true && IsPartitioned == true ? Processors : [])
            {
                if (processor.Type == RecordProcessor.MetadataExtraction)
                {
                    return MetadataQuery.TryParse(processor.Query ?? "", out var query, out _) ? query : null;
                }
            }

            return null;
        }
    }

    /// <summary>The prefix of failed records as it is evaluated: with their kind, where none was named, and with the
    /// hour where it has no time of its own.</summary>
    internal string EvaluatedErrorPrefix
    {
        get
        {
            var prefix = string.IsNullOrEmpty(ErrorOutputPrefix) ? ErrorDefault : ErrorOutputPrefix;
            return PrefixTemplate.TryParse(prefix, out var template, out _) && template.HasTime
                ? prefix
                : prefix + TimeDefault;
        }
    }

    /// <summary>What follows each record.</summary>
    internal string Delimiter
    {
        get
        {
            foreach (var processor in IsProcessing == true ? Processors : [])
            {
                if (processor.Type == RecordProcessor.AppendDelimiter)
                {
                    return processor.Delimiter;
                }
            }

            return "";
        }
    }

    /// <inheritdoc/>
    internal override string Kind => "S3Destination";

    /// <summary>The name of the bucket of an ARN.</summary>
    internal static string BucketOf(string arn) =>
        arn[(arn.IndexOf(BucketPrefix, StringComparison.Ordinal) + BucketPrefix.Length)..];

    /// <inheritdoc/>
    internal override DestinationOptions OptionsOf(DeliveryStreamRecord record, FirehoseOptions options)
    {
        var destination = options.DestinationOf(Bucket);
        return destination is S3DestinationOptions s3 && KmsKeyArn is { } key
            ? s3 with { Encryption = S3Encryption.Kms, KmsKeyId = key } : destination;
    }

    /// <inheritdoc/>
    internal override DeliveryDefinition Form(DeliveryDefinition definition, DeliveryStreamRecord record) =>
        definition with
        {
            Naming = new ObjectNaming(
                EvaluatedPrefix,
                $"{record.Name}-{record.Version}",
                record.Id,
                string.IsNullOrEmpty(FileExtension) ? null : FileExtension),
            ErrorPrefix = EvaluatedErrorPrefix,
            Format = RecordFormat.Raw,
            Delimiter = Delimiter,
            Compression = Compression,
        };
}
