using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Writes what DescribeDeliveryStream tells.</summary>
internal static class DeliveryStreamDescription
{
    internal const string DirectPut = "DirectPut";
    internal const string FromStream = "KinesisStreamAsSource";

    internal static string ArnOf(KinesisNames names, string name) =>
        $"arn:aws:firehose:{names.Region}:{names.Account}:deliverystream/{name}";

    internal static string TypeOf(DeliveryStreamRecord record) => record.Source is null ? DirectPut : FromStream;

    /// <summary>Writes the answer about a delivery stream of the API.</summary>
    internal static void Write(ActionCall call, DeliveryStream stream)
    {
        var response = call.Response;
        var record = stream.Record;
        var failure = stream.Failure;
        var status = (record.IsDeleting, failure) switch
        {
            (false, null) => "ACTIVE",
            (false, _) => "CREATING_FAILED",
            (true, null) => "DELETING",
            _ => "DELETING_FAILED",
        };
        Begin(call, record.Name, status, TypeOf(record), record.Version);
        if (failure is not null)
        {
            response.BeginStructure(FirehoseMembers.FailureDescription);
            response.Text(FirehoseMembers.Type, "UNKNOWN_ERROR");
            response.Text(FirehoseMembers.Details, failure);
            response.EndStructure();
        }

        WriteEncryption(response, record);
        response.Time(FirehoseMembers.CreateTimestamp, record.CreatedAt);
        if (record.UpdatedAt is { } updated)
        {
            response.Time(FirehoseMembers.LastUpdateTimestamp, updated);
        }

        WriteSource(call, record);
        WriteDestinations(call, record.Destination);
        End(response);
    }

    /// <summary>Writes the answer about a delivery of the configuration.</summary>
    internal static void Write(ActionCall call, DeliveryDefinition definition)
    {
        var response = call.Response;
        Begin(call, definition.Name, "ACTIVE", FromStream, 1);
        response.BeginStructure(FirehoseMembers.Source);
        response.BeginStructure(FirehoseMembers.KinesisStreamSourceDescription);
        response.Text(FirehoseMembers.KinesisStreamArn, call.Service.Names.OfStream(definition.Stream));
        response.EndStructure();
        response.EndStructure();
        WriteDestinations(call, definition.Destination is S3DestinationOptions s3 ? SettingsOf(call, definition, s3)
            : null);
        End(response);
    }

    private static S3Settings SettingsOf(ActionCall call, DeliveryDefinition definition, S3DestinationOptions s3) =>
        new()
        {
            RoleArn = $"arn:aws:iam::{call.Account}:role/edgestream",
            BucketArn = $"arn:aws{S3Settings.BucketPrefix}{s3.Bucket}",
            Prefix = definition.Prefix.Length == 0 ? "" : definition.Prefix + "/",
            SizeInMiB = (int)Math.Max(1, definition.BufferBytes >> 20),
            IntervalInSeconds = definition.BufferSeconds,
            Compression = definition.Compression,
        };

    private static void Begin(ActionCall call, string name, string status, string type, long version)
    {
        var response = call.Response;
        response.BeginStructure();
        response.BeginStructure(FirehoseMembers.DeliveryStreamDescription);
        response.Text(FirehoseMembers.DeliveryStreamName, name);
        response.Text(FirehoseMembers.DeliveryStreamArn, ArnOf(call.Service.Names, name));
        response.Text(FirehoseMembers.DeliveryStreamStatus, status);
        response.Text(FirehoseMembers.DeliveryStreamType, type);
        response.Text(FirehoseMembers.VersionId, $"{version}");
    }

    private static void End(ResponseWriter response)
    {
        response.Flag(FirehoseMembers.HasMoreDestinations, false);
        response.EndStructure();
        response.EndStructure();
    }

    private static void WriteEncryption(ResponseWriter response, DeliveryStreamRecord record)
    {
        response.BeginStructure(FirehoseMembers.DeliveryStreamEncryptionConfiguration);
        response.TextIfAny(FirehoseMembers.KeyArn, record.KeyArn);
        response.TextIfAny(FirehoseMembers.KeyType, record.KeyType);
        response.Text(Members.Status, record.KeyType is null ? "DISABLED" : "ENABLED");
        response.EndStructure();
    }

    private static void WriteSource(ActionCall call, DeliveryStreamRecord record)
    {
        var response = call.Response;
        if (record.Source is null && record.ThroughputHintInMBs is null)
        {
            return;
        }

        response.BeginStructure(FirehoseMembers.Source);
        if (record.Source is { } source)
        {
            response.BeginStructure(FirehoseMembers.KinesisStreamSourceDescription);
            response.Text(FirehoseMembers.KinesisStreamArn, call.Service.Names.OfStream(source));
            response.TextIfAny(FirehoseMembers.RoleArn, record.SourceRoleArn);
            response.Time(FirehoseMembers.DeliveryStartTimestamp, record.CreatedAt);
            response.EndStructure();
        }
        else
        {
            response.BeginStructure(FirehoseMembers.DirectPutSourceDescription);
            response.Number(FirehoseMembers.ThroughputHintInMBs, record.ThroughputHintInMBs!.Value);
            response.EndStructure();
        }

        response.EndStructure();
    }

    /// <summary>Writes the list of the one destination, unless it comes before what was asked for.</summary>
    private static void WriteDestinations(ActionCall call, DestinationSettings? settings)
    {
        var response = call.Response;
        response.BeginList(FirehoseMembers.Destinations);
        var after = call.Request.Text("ExclusiveStartDestinationId");
        if (after is null || string.CompareOrdinal(DeliveryStreamActions.DestinationId, after) > 0)
        {
            response.BeginStructure();
            response.Text(FirehoseMembers.DestinationId, DeliveryStreamActions.DestinationId);
            WriteDestination(response, settings);
            response.EndStructure();
        }

        response.EndList();
    }

    private static void WriteDestination(ResponseWriter response, DestinationSettings? settings)
    {
        switch (settings)
        {
            case S3Settings s3:
                WriteS3(response, s3);
                response.BeginStructure(FirehoseMembers.ExtendedS3DestinationDescription);
                WriteCommon(response, s3);
                WriteExtended(response, s3);
                response.EndStructure();
                break;
            case HttpEndpointSettings http:
                EndpointDescription.Write(response, http);
                break;
            case SearchSettings search:
                EndpointDescription.Write(response, search);
                break;
            case SplunkSettings splunk:
                EndpointDescription.Write(response, splunk);
                break;
            default:
                break;
        }
    }

    /// <summary>Writes a bucket without what only the extended form has.</summary>
    internal static void WriteS3(ResponseWriter response, S3Settings settings)
    {
        response.BeginStructure(FirehoseMembers.S3DestinationDescription);
        WriteCommon(response, settings);
        response.EndStructure();
    }

    /// <summary>Writes that nothing is logged elsewhere.</summary>
    internal static void WriteLogging(ResponseWriter response)
    {
        response.BeginStructure(FirehoseMembers.CloudWatchLoggingOptions);
        response.Flag(FirehoseMembers.Enabled, false);
        response.EndStructure();
    }

    /// <summary>Writes the buffer.</summary>
    internal static void WriteHints(ResponseWriter response, DestinationSettings settings)
    {
        response.BeginStructure(FirehoseMembers.BufferingHints);
        response.Number(FirehoseMembers.SizeInMBs, settings.SizeInMiB);
        response.Number(FirehoseMembers.IntervalInSeconds, settings.IntervalInSeconds);
        response.EndStructure();
    }

    private static void WriteCommon(ResponseWriter response, S3Settings settings)
    {
        response.Text(FirehoseMembers.RoleArn, settings.RoleArn);
        response.Text(FirehoseMembers.BucketArn, settings.BucketArn);
        response.TextIfAny(FirehoseMembers.Prefix, settings.Prefix);
        response.TextIfAny(FirehoseMembers.ErrorOutputPrefix, settings.ErrorOutputPrefix);
        WriteHints(response, settings);
        response.Text(FirehoseMembers.CompressionFormat, CompressionNames.Of(settings.Compression));
        response.BeginStructure(FirehoseMembers.EncryptionConfiguration);
        if (settings.KmsKeyArn is { } key)
        {
            response.BeginStructure(FirehoseMembers.KmsEncryptionConfig);
            response.Text(FirehoseMembers.AwsKmsKeyArn, key);
            response.EndStructure();
        }
        else
        {
            response.Text(FirehoseMembers.NoEncryptionConfig, "NoEncryption");
        }

        response.EndStructure();
        WriteLogging(response);
    }

    private static void WriteExtended(ResponseWriter response, S3Settings settings)
    {
        if (settings.IsProcessing is { } isProcessing)
        {
            response.BeginStructure(FirehoseMembers.ProcessingConfiguration);
            response.Flag(FirehoseMembers.Enabled, isProcessing);
            response.BeginList(FirehoseMembers.Processors);
            foreach (var processor in settings.Processors)
            {
                WriteProcessor(response, processor);
            }

            response.EndList();
            response.EndStructure();
        }

        if (settings.IsPartitioned is { } isPartitioned)
        {
            response.BeginStructure(FirehoseMembers.DynamicPartitioningConfiguration);
            response.BeginStructure(FirehoseMembers.RetryOptions);
            response.Number(FirehoseMembers.DurationInSeconds, settings.PartitionRetrySeconds);
            response.EndStructure();
            response.Flag(FirehoseMembers.Enabled, isPartitioned);
            response.EndStructure();
        }

        response.Text(FirehoseMembers.S3BackupMode, "Disabled");
        response.TextIfAny(FirehoseMembers.FileExtension, settings.FileExtension);
        response.TextIfAny(FirehoseMembers.CustomTimeZone, settings.CustomTimeZone);
    }

    private static void WriteProcessor(ResponseWriter response, RecordProcessor processor)
    {
        response.BeginStructure();
        response.Text(FirehoseMembers.Type, processor.Type);
        response.BeginList(FirehoseMembers.Parameters);
        foreach (var (name, value) in processor.Parameters)
        {
            response.BeginStructure();
            response.Text(FirehoseMembers.ParameterName, name);
            response.Text(FirehoseMembers.ParameterValue, value);
            response.EndStructure();
        }

        response.EndList();
        response.EndStructure();
    }
}
