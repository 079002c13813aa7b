namespace EdgeStream.Kinesis;

/// <summary>Writes what DescribeDeliveryStream tells of endpoints.</summary>
internal static class EndpointDescription
{
    /// <summary>Writes an HTTP endpoint, without its access key.</summary>
    internal static void Write(ResponseWriter response, HttpEndpointSettings settings)
    {
        response.BeginStructure(FirehoseMembers.HttpEndpointDestinationDescription);
        response.BeginStructure(FirehoseMembers.EndpointConfiguration);
        response.Text(FirehoseMembers.Url, settings.Url);
        response.TextIfAny(FirehoseMembers.Name, settings.EndpointName);
        response.EndStructure();
        DeliveryStreamDescription.WriteHints(response, settings);
        DeliveryStreamDescription.WriteLogging(response);
        response.BeginStructure(FirehoseMembers.RequestConfiguration);
        response.Text(FirehoseMembers.ContentEncoding, settings.IsGzip ? "GZIP" : "NONE");
        response.BeginList(FirehoseMembers.CommonAttributes);
        foreach (var (name, value) in settings.Attributes.Entries)
        {
            response.BeginStructure();
            response.Text(FirehoseMembers.AttributeName, name);
            response.Text(FirehoseMembers.AttributeValue, value);
            response.EndStructure();
        }

        response.EndList();
        response.EndStructure();
        if (settings.RoleArn.Length > 0)
        {
            response.Text(FirehoseMembers.RoleArn, settings.RoleArn);
        }

        WriteCommon(response, settings, HttpEndpointSettings.FailedOnly);
        response.EndStructure();
    }

    /// <summary>Writes Splunk's collector, with its token as the service does.</summary>
    internal static void Write(ResponseWriter response, SplunkSettings settings)
    {
        response.BeginStructure(FirehoseMembers.SplunkDestinationDescription);
        response.Text(FirehoseMembers.HecEndpoint, settings.Endpoint);
        response.Text(FirehoseMembers.HecEndpointType, SplunkSettings.Raw);
        response.Text(FirehoseMembers.HecToken, settings.Token);
        response.Number(FirehoseMembers.HecAcknowledgmentTimeoutInSeconds, settings.AcknowledgementSeconds);
        DeliveryStreamDescription.WriteHints(response, settings);
        DeliveryStreamDescription.WriteLogging(response);
        WriteCommon(response, settings, SplunkSettings.FailedOnly);
        response.EndStructure();
    }

    /// <summary>Writes an index, without user and password.</summary>
    internal static void Write(ResponseWriter response, SearchSettings settings)
    {
        response.BeginStructure(
            settings.IsOpenSearch
                ? FirehoseMembers.AmazonopensearchserviceDestinationDescription
                : FirehoseMembers.ElasticsearchDestinationDescription);
        response.Text(FirehoseMembers.RoleArn, settings.RoleArn);
        response.Text(FirehoseMembers.ClusterEndpoint, settings.Place);
        response.Text(FirehoseMembers.IndexName, settings.IndexName);
        response.TextIfAny(FirehoseMembers.TypeName, settings.TypeName);
        response.Text(
            FirehoseMembers.IndexRotationPeriod,
            settings.IsDaily ? SearchSettings.Daily : SearchSettings.NoRotation);
        DeliveryStreamDescription.WriteHints(response, settings);
        DeliveryStreamDescription.WriteLogging(response);
        response.BeginStructure(FirehoseMembers.DocumentIdOptions);
        response.Text(FirehoseMembers.DefaultDocumentIdFormat, SearchSettings.DocumentId);
        response.EndStructure();
        WriteCommon(response, settings, SearchSettings.FailedOnly);
        response.EndStructure();
    }

    private static void WriteCommon(ResponseWriter response, EndpointSettings settings, string backupMode)
    {
        response.BeginStructure(FirehoseMembers.RetryOptions);
        response.Number(FirehoseMembers.DurationInSeconds, settings.RetrySeconds);
        response.EndStructure();
        response.Text(FirehoseMembers.S3BackupMode, backupMode);
        DeliveryStreamDescription.WriteS3(response, settings.Backup);
    }
}
