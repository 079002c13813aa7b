using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the destinations that are databases and indexes.</summary>
internal sealed class StoreBinder(ServerBinder servers)
{
    /// <summary>Binds InfluxDB.</summary>
    public InfluxDestinationOptions BindInflux(ConfigValues values)
    {
        var options = new InfluxDestinationOptions
        {
            Link = servers.BindLink(values),
            Database = values.TextOrNull(StoreKeys.Database),
            RetentionPolicy = values.TextOrNull(StoreKeys.RetentionPolicy),
            Organization = values.TextOrNull(StoreKeys.Organization),
            Bucket = values.TextOrNull(StoreKeys.Bucket),
            Measurement = values.Text(StoreKeys.Measurement),
            Fields = PathsOf(values, StoreKeys.Fields),
            HasDistinctTimes = values.Boolean(StoreKeys.DistinctTimes),
            RequestRecords = values.Integer(StoreKeys.Points),
            RequestBytes = values.Size(ServerKeys.RequestSize),
        };
        return values.Has(StoreKeys.Tags) ? options with { Tags = PathsOf(values, StoreKeys.Tags) } : options;
    }

    /// <summary>Binds Elasticsearch.</summary>
    public ElasticsearchDestinationOptions BindElasticsearch(ConfigValues values) => new()
    {
        Link = servers.BindLink(values, StoreKeys.ApiKey, StoreKeys.ApiKeyFile),
        Index = values.Text(StoreKeys.Index),
        IsCreate = values.Text(StoreKeys.Operation) == "create",
        IsLinePayload = values.Text(StoreKeys.Document) == "line",
        RequestRecords = values.Integer(ServerKeys.RequestRecords),
        RequestBytes = values.Size(ServerKeys.RequestSize),
    };

    /// <summary>Binds Splunk.</summary>
    public SplunkDestinationOptions BindSplunk(ConfigValues values) => new()
    {
        Link = servers.BindLink(values),
        Index = values.TextOrNull(StoreKeys.SplunkIndex),
        Source = values.Text(StoreKeys.Source),
        SourceType = values.TextOrNull(StoreKeys.SourceType),
        Host = values.Text(StoreKeys.Host),
        HasAcknowledgement = values.Boolean(StoreKeys.Acknowledgement),
        AcknowledgementSeconds = (int)values.Duration(StoreKeys.AcknowledgementTimeout).TotalSeconds,
        IsLinePayload = values.Text(ServerKeys.Payload) == "line",
        RequestRecords = values.Integer(ServerKeys.RequestRecords),
        RequestBytes = values.Size(ServerKeys.RequestSize),
    };

    /// <summary>Names and paths of a list.</summary>
    public static NamedValues PathsOf(ConfigValues values, SchemaList list)
    {
        var paths = new List<KeyValuePair<string, string>>();
        foreach (var item in values.List(list) ?? [])
        {
            paths.Add(new(item.Text(ServerKeys.EntryName), item.Text(StoreKeys.Path)));
        }

        return new NamedValues([.. paths]);
    }
}
