using System.Text;
using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Reads a destination out of a request, and refuses what the gateway does not do.</summary>
internal static class S3SettingsReader
{
    /// <summary>The destination of a delivery stream that is made.</summary>
    /// <exception cref="ApiException">Something in it is wrong, or not done here.</exception>
    internal static S3Settings Read(RequestPart part) =>
        Apply(new S3Settings { RoleArn = "", BucketArn = "" }, part);

    /// <summary>A destination with what a request changes of it.</summary>
    /// <exception cref="ApiException">Something in it is wrong, or not done here.</exception>
    internal static S3Settings Apply(S3Settings old, RequestPart part)
    {
        RefuseLogging(part);
        var settings = old with
        {
            RoleArn = part.Text("RoleARN") ?? old.RoleArn,
            BucketArn = part.Text("BucketARN") ?? old.BucketArn,
            Prefix = part.Text("Prefix") ?? old.Prefix,
            ErrorOutputPrefix = part.Text("ErrorOutputPrefix") ?? old.ErrorOutputPrefix,
            Compression = part.Text("CompressionFormat") is { } compression
                ? CompressionNames.KindOf(compression) ?? old.Compression : old.Compression,
            KmsKeyArn = part.Part("EncryptionConfiguration") is { } encryption
                ? encryption.Part("KMSEncryptionConfig")?.Text("AWSKMSKeyARN") : old.KmsKeyArn,
        };
        if (part.Part("BufferingHints") is { } hints)
        {
            settings = WithHints(settings, hints);
        }

        if (part.HasMember("ProcessingConfiguration"))
        {
            settings = ApplyExtended(settings, part);
        }

        Check(settings);
        return settings;
    }

    private static S3Settings WithHints(S3Settings settings, RequestPart hints)
    {
        var size = hints.Integer("SizeInMBs");
        var interval = hints.Integer("IntervalInSeconds");
        return size is null != interval is null
            ? throw ApiException.InvalidArgument(
                "BufferingHints needs both SizeInMBs and IntervalInSeconds, or neither of them.")
            : settings with
            {
                SizeInMiB = size ?? settings.SizeInMiB,
                IntervalInSeconds = interval ?? settings.IntervalInSeconds,
            };
    }

    private static S3Settings ApplyExtended(S3Settings settings, RequestPart part)
    {
        RefuseExtended(part);
        settings = settings with
        {
            FileExtension = part.Text("FileExtension") ?? settings.FileExtension,
            CustomTimeZone = part.Text("CustomTimeZone") ?? settings.CustomTimeZone,
        };
        if (part.Part("DynamicPartitioningConfiguration") is { } partitioning)
        {
            settings = settings with
            {
                IsPartitioned = partitioning.Flag("Enabled") ?? settings.IsPartitioned ?? false,
                PartitionRetrySeconds = partitioning.Part("RetryOptions")?.Integer("DurationInSeconds")
                    ?? settings.PartitionRetrySeconds,
            };
        }

        return part.Part("ProcessingConfiguration") is { } processing
            ? settings with
            {
                IsProcessing = processing.Flag("Enabled") ?? processing.Parts("Processors").Count > 0,
                Processors = ReadProcessors(processing),
            }
            : settings;
    }

    private static List<RecordProcessor> ReadProcessors(RequestPart processing)
    {
        var processors = new List<RecordProcessor>();
        foreach (var processor in processing.Parts("Processors"))
        {
            var parameters = new List<KeyValuePair<string, string>>();
            foreach (var parameter in processor.Parts("Parameters"))
            {
                parameters.Add(new(parameter.Text("ParameterName")!, parameter.Text("ParameterValue")!));
            }

            processors.Add(new RecordProcessor(processor.Text("Type")!, parameters));
        }

        return processors;
    }

    /// <exception cref="ApiException">Logging is asked for.</exception>
    internal static void RefuseLogging(RequestPart part)
    {
        if (part.Part("CloudWatchLoggingOptions")?.Flag("Enabled") == true)
        {
            throw NotDone("CloudWatchLoggingOptions", "errors are in the gateway's log, health and metrics");
        }
    }

    private static void RefuseExtended(RequestPart part)
    {
        if (part.Text("S3BackupMode") == "Enabled" || part.HasAny("S3BackupConfiguration", "S3BackupUpdate"))
        {
            throw NotDone("S3BackupMode Enabled", "records stay in their stream as long as it keeps them");
        }

        if (part.Part("DataFormatConversionConfiguration") is { } conversion && conversion.Flag("Enabled") != false)
        {
            throw NotDone("DataFormatConversionConfiguration", "records are delivered as they are");
        }

        if (part.Text("CustomTimeZone") is { } zone and not ("" or "UTC" or "Etc/UTC" or "Etc/UCT" or "Zulu"))
        {
            throw NotDone($"CustomTimeZone {zone}", "UTC is");
        }
    }

    /// <summary>What must hold of the destination as a whole.</summary>
    private static void Check(S3Settings settings)
    {
        var arn = settings.BucketArn.Split(':', 6);
        if (arn is not ["arn", _, "s3", "", "", { Length: >= 3 and <= 63 } bucket]
            || !bucket.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
        {
            throw ApiException.InvalidArgument(
                $"BucketARN {settings.BucketArn} names no bucket: it must be arn:aws:s3:::name.");
        }

        foreach (var processor in settings.IsProcessing == true ? settings.Processors : [])
        {
            if (processor.Type == RecordProcessor.MetadataExtraction)
            {
                CheckQuery(settings, processor);
                continue;
            }

            if (processor.Type != RecordProcessor.AppendDelimiter)
            {
                throw NotDone(
                    $"The processor {processor.Type}",
                    $"{RecordProcessor.AppendDelimiter} and {RecordProcessor.MetadataExtraction} are");
            }

            if (Encoding.UTF8.GetByteCount(processor.Delimiter) > DeliveryDefinition.DelimiterBytesMax)
            {
                throw ApiException.InvalidArgument(
                    $"The Delimiter of {RecordProcessor.AppendDelimiter} has more than "
                        + $"{DeliveryDefinition.DelimiterBytesMax} bytes.");
            }
        }

        CheckPrefixes(settings);
    }

    /// <summary>Where the values of names stand must be what the gateway can find.</summary>
    private static void CheckQuery(S3Settings settings, RecordProcessor processor)
    {
        if (settings.IsPartitioned != true)
        {
            throw ApiException.InvalidArgument(
                $"The processor {RecordProcessor.MetadataExtraction} needs DynamicPartitioningConfiguration to be "
                    + "enabled.");
        }

        if (processor.Engine != RecordProcessor.Jq)
        {
            throw ApiException.InvalidArgument(
                $"The processor {RecordProcessor.MetadataExtraction} needs the parameter JsonParsingEngine with "
                    + $"{RecordProcessor.Jq}.");
        }

        if (!MetadataQuery.TryParse(processor.Query ?? "", out var query, out var problem))
        {
            throw ApiException.InvalidArgument($"MetadataExtractionQuery {problem}");
        }

        PrefixTemplate.MapKeys(settings.Prefix ?? "", key => query.Paths.ContainsKey(key)
            ? key
            : throw ApiException.InvalidArgument(
                $"Prefix has '!{{partitionKeyFromQuery:{key}}}', and MetadataExtractionQuery finds no '{key}'."));
    }

    private static void CheckPartitions(S3Settings settings, PrefixTemplate prefix)
    {
        if (settings.MetadataQuery is null)
        {
            throw ApiException.InvalidArgument(
                $"DynamicPartitioningConfiguration needs the processor {RecordProcessor.MetadataExtraction} in a "
                    + "ProcessingConfiguration that is enabled.");
        }

        if (prefix.KeyPaths.Count == 0)
        {
            throw ApiException.InvalidArgument(
                "Prefix must have '!{partitionKeyFromQuery:…}' where DynamicPartitioningConfiguration is enabled.");
        }
    }

    private static void CheckPrefixes(S3Settings settings)
    {
        var prefix = settings.IsPartitioned == true
            ? ParseWithKeys(settings.MetadataQuery?.Resolve(settings.Prefix ?? "") ?? settings.Prefix ?? "")
            : Parse("Prefix", settings.Prefix);
        if (settings.IsPartitioned == true)
        {
            CheckPartitions(settings, prefix);
        }

        var error = Parse("ErrorOutputPrefix", settings.ErrorOutputPrefix);
        if (prefix.HasErrorType)
        {
            throw ApiException.InvalidArgument("Prefix cannot contain !{firehose:error-output-type}.");
        }

        if (prefix.HasExpression && string.IsNullOrEmpty(settings.ErrorOutputPrefix))
        {
            throw ApiException.InvalidArgument(
                "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.");
        }

        if ((prefix.HasExpression || error.HasExpression) && !error.HasErrorType)
        {
            throw ApiException.InvalidArgument(
                "ErrorOutputPrefix must contain at least one instance of !{firehose:error-output-type}.");
        }

        // The hour may be added to it.
        if (!PrefixTemplate.TryParseWithKeys(settings.EvaluatedPrefix, out _, out var problem))
        {
            throw ApiException.InvalidArgument($"Prefix {problem}");
        }
    }

    private static PrefixTemplate ParseWithKeys(string text) =>
        PrefixTemplate.TryParseWithKeys(text, out var template, out var problem)
            ? template
            : throw ApiException.InvalidArgument($"Prefix {problem}");

    private static PrefixTemplate Parse(string name, string? text) =>
        PrefixTemplate.TryParse(text ?? "", out var template, out var problem)
            ? template
            : throw ApiException.InvalidArgument($"{name} {problem}");

    /// <summary>What is said of something that the gateway does not do.</summary>
    internal static ApiException NotDone(string what, string instead) => ApiException.InvalidArgument(
        $"{what} is not supported by this gateway: {instead}.");
}
