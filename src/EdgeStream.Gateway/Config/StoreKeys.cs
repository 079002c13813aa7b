using EdgeStream.Delivery;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of databases and indexes as destinations; part of <see cref="DeliverySchema"/>.</summary>
internal static class StoreKeys
{
    public static readonly SchemaScalar Database = Text("database", null,
        "The database, of InfluxDB 1; it must exist.");
    public static readonly SchemaScalar RetentionPolicy = Text("retentionPolicy", null,
        "The retention policy, of InfluxDB 1. Default: the database's own.");
    public static readonly SchemaScalar Organization = Text("organization", null, "The organization, of InfluxDB 2.");
    public static readonly SchemaScalar Bucket = Text("bucket", null, "The bucket, of InfluxDB 2; it must exist.");
    public static readonly SchemaScalar Measurement = Text("measurement", "{stream}",
        "The measurement of a record: {stream}, {shard}, {key} (the device) and {delivery} are replaced.");
    public static readonly SchemaScalar Path = RequiredText("path",
        "Where the value stands in the data, such as motor.rpm; of a tag also {key}, {stream} or {shard}.");
    public static readonly SchemaList Tags = new("tags",
        "Tags by their paths; what is not there is left out. Default: key, with the record's key.", 64,
        ServerKeys.EntryName, Path);
    public static readonly SchemaList Fields = new("fields",
        "Fields by their paths. Default: every number, text, true and false of the data, nested ones as motor.rpm.",
        256, ServerKeys.EntryName, Path);
    public static readonly SchemaScalar DistinctTimes = SchemaScalar.Boolean("distinctTimes", true,
        "Whether records of one millisecond get nanoseconds of their own; otherwise one of the same tags replaces the "
            + "other.");
    public static readonly SchemaScalar Points = Integer("requestRecords", 5000, 1,
        HttpDestinationOptions.RequestRecordsMax, "How many points one request has at most.");
    public static readonly SchemaSection Influx = new("influxdb", "Deliver to InfluxDB as points.",
        ServerKeys.Url, Database, RetentionPolicy, Organization, Bucket, Measurement, Tags, Fields, DistinctTimes,
        ServerKeys.UserName, ServerKeys.Password, ServerKeys.PasswordFile, ServerKeys.Token, ServerKeys.TokenFile,
        ServerKeys.Headers, LinkKeys.Tls, ServerKeys.Gzip, Points, ServerKeys.RequestSize, ServerKeys.Timeout);

    public static readonly SchemaScalar Index = Text("index", "{stream}",
        "The index or data stream: {stream}, {shard}, {delivery} and {date} (of the event, as 2026.11.22) are "
            + "replaced.");
    public static readonly SchemaScalar Operation = Choice("operation", "create",
        "create leaves a document alone that is there already, as a data stream needs it; index replaces it.",
        "create", "index");
    public static readonly SchemaScalar Document = Choice("payload", "line",
        "What a document is: the whole line, with stream, shard, sequence, key and times, or the record's data.",
        "line", "data");
    public static readonly SchemaScalar ApiKey = Text("apiKey", null,
        "The API key, instead of a user; better as ${NAME} from the environment, or by apiKeyFile.");
    public static readonly SchemaScalar ApiKeyFile = Text("apiKeyFile", null,
        "A file whose first line is the API key.", Names.File);
    public static readonly SchemaSection Elasticsearch = new("elasticsearch",
        "Deliver to Elasticsearch or OpenSearch as documents.",
        ServerKeys.Url, Index, Operation, Document, ServerKeys.UserName, ServerKeys.Password, ServerKeys.PasswordFile,
        ApiKey, ApiKeyFile, ServerKeys.Headers, LinkKeys.Tls, ServerKeys.Gzip, ServerKeys.RequestRecords,
        ServerKeys.RequestSize, ServerKeys.Timeout);

    public static readonly SchemaScalar SplunkIndex = Text("index", null, "The index. Default: the token's.");
    public static readonly SchemaScalar Source = Text("source", "{stream}",
        "The source of an event: {stream}, {shard}, {key} (the device) and {delivery} are replaced.");
    public static readonly SchemaScalar SourceType = Text("sourceType", null, "The source type. Default: the token's.");
    public static readonly SchemaScalar Host = Text("host", "{key}", "The host of an event, as the source.");
    public static readonly SchemaScalar Acknowledgement = SchemaScalar.Boolean("acknowledgement", true,
        "Whether records count as delivered only when the indexer has acknowledged them, as the token must be set up "
            + "for.");
    public static readonly SchemaScalar AcknowledgementTimeout = Duration("acknowledgementTimeout", "5m", "1s", "1h",
        "How long to wait for that before the records are sent again.");
    public static readonly SchemaSection Splunk = new("splunk", "Deliver to Splunk's HTTP Event Collector.",
        ServerKeys.Url, ServerKeys.Token, ServerKeys.TokenFile, SplunkIndex, Source, SourceType, Host,
        ServerKeys.Payload, Acknowledgement, AcknowledgementTimeout, ServerKeys.Headers, LinkKeys.Tls, ServerKeys.Gzip,
        ServerKeys.RequestRecords, ServerKeys.RequestSize, ServerKeys.Timeout);
}
