using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Writes what is told of channels.</summary>
internal static class ChannelWriter
{
    private static readonly MemberName ChannelDescription = new("ChannelDescription");
    private static readonly MemberName ChannelSummaries = new("ChannelSummaries");
    private static readonly MemberName ChannelName = new("ChannelName");
    private static readonly MemberName ChannelArn = new("ChannelARN");
    private static readonly MemberName ChannelId = new("ChannelId");
    private static readonly MemberName ChannelStatus = new("ChannelStatus");
    private static readonly MemberName ChannelStatusReason = new("ChannelStatusReason");
    private static readonly MemberName ChannelCreationTimestamp = new("ChannelCreationTimestamp");
    private static readonly MemberName ChannelDestinationType = new("ChannelDestinationType");
    private static readonly MemberName ServiceExecutionRoleArn = new("ServiceExecutionRoleARN");
    private static readonly MemberName StreamConfigurationList = new("StreamConfigurationList");
    private static readonly MemberName Streams = new("Streams");
    private static readonly MemberName RecordConfiguration = new("RecordConfiguration");
    private static readonly MemberName RecordFormatType = new("RecordFormatType");
    private static readonly MemberName S3DestinationConfiguration = new("S3DestinationConfiguration");
    private static readonly MemberName StorageConfiguration = new("StorageConfiguration");
    private static readonly MemberName ExpectedBucketOwner = new("ExpectedBucketOwner");
    private static readonly MemberName OutputKeyTemplate = new("OutputKeyTemplate");
    private static readonly MemberName StorageClass = new("StorageClass");
    private static readonly MemberName CompressionType = new("CompressionType");
    private static readonly MemberName DeadLetters = new("DeadLetterQueueS3Configuration");
    private static readonly MemberName DataFreshnessInSeconds = new("DataFreshnessInSeconds");

    /// <summary>Writes the answer that is one channel.</summary>
    internal static void WriteDescription(ActionCall call, DeliveryStream channel)
    {
        var response = call.Response;
        var settings = (ChannelSettings)channel.Record.Destination;
        response.BeginStructure();
        response.BeginStructure(ChannelDescription);
        WriteIdentity(call, channel);
        response.Text(ServiceExecutionRoleArn, settings.RoleArn);
        response.BeginList(StreamConfigurationList);
        response.BeginStructure();
        WriteStream(call, channel);
        response.BeginStructure(RecordConfiguration);
        response.Text(RecordFormatType, settings.Format);
        response.EndStructure();
        response.EndStructure();
        response.EndList();
        WriteDestination(response, settings);
        response.EndStructure();
        response.EndStructure();
    }

    /// <summary>Writes a page of channels.</summary>
    internal static void WriteSummaries(ActionCall call, List<DeliveryStream> channels, string? nextToken)
    {
        var response = call.Response;
        response.BeginStructure();
        response.BeginList(ChannelSummaries);
        foreach (var channel in channels)
        {
            response.BeginStructure();
            WriteIdentity(call, channel);
            response.Text(ChannelDestinationType, "S3");
            response.BeginList(Streams);
            response.BeginStructure();
            WriteStream(call, channel);
            response.EndStructure();
            response.EndList();
            response.EndStructure();
        }

        response.EndList();
        response.TextIfAny(Members.NextToken, nextToken);
        response.EndStructure();
    }

    private static void WriteIdentity(ActionCall call, DeliveryStream channel)
    {
        var response = call.Response;
        var settings = (ChannelSettings)channel.Record.Destination;
        response.Text(ChannelName, settings.ChannelName);
        response.Text(ChannelArn, ChannelActions.ArnOf(call.Service.Names, settings.ChannelName));
        response.Text(ChannelId, settings.ChannelId);
        var failure = channel.Failure;
        response.Text(
            ChannelStatus, channel.Record.IsDeleting ? "DELETING" : failure is null ? "ACTIVE" : "FAILED");
        response.TextIfAny(ChannelStatusReason, failure);
        response.Time(ChannelCreationTimestamp, channel.Record.CreatedAt);
    }

    private static void WriteStream(ActionCall call, DeliveryStream channel)
    {
        call.Response.Text(Members.StreamArn, call.Service.Names.OfStream(channel.Record.StreamName));
        call.Response.Time(
            Members.StreamCreationTimestamp, ((ChannelSettings)channel.Record.Destination).StreamCreatedAt);
    }

    private static void WriteDestination(ResponseWriter response, ChannelSettings settings)
    {
        response.BeginStructure(S3DestinationConfiguration);
        response.BeginStructure(StorageConfiguration);
        response.Text(FirehoseMembers.BucketArn, settings.BucketArn);
        response.Text(ExpectedBucketOwner, settings.BucketOwner);
        response.TextIfAny(OutputKeyTemplate, settings.KeyTemplate);
        response.TextIfAny(StorageClass, settings.StorageClass);
        response.Text(CompressionType, settings.Compression switch
        {
            CompressionKind.Gzip => "GZIP",
            CompressionKind.Zstandard => "ZSTD",
            _ => "NONE",
        });
        response.EndStructure();
        if (settings.ErrorBucketOwner is { } owner)
        {
            response.BeginStructure(DeadLetters);
            response.Text(FirehoseMembers.BucketArn, settings.BucketArn);
            response.Text(ExpectedBucketOwner, owner);
            response.TextIfAny(FirehoseMembers.ErrorOutputPrefix, settings.ErrorPrefix);
            response.EndStructure();
        }

        response.Number(DataFreshnessInSeconds, settings.IntervalInSeconds);
        response.EndStructure();
    }
}
