using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of streams of Kinesis and Firehose as destinations; part of
/// <see cref="DeliverySchema"/>.</summary>
internal static class AwsKeys
{
    /// <summary>The payload that begins with an id.</summary>
    public const string LineWithId = "line-with-id";

    public static readonly SchemaScalar StreamName = RequiredText("streamName", "The stream's name there.");
    public static readonly SchemaScalar HashKey = Text("explicitHashKey", null,
        "The hash key of each record, 0 to 2^128-1: all go to the shard that has it. Default: the server hashes keys.");
    public static readonly SchemaScalar Order = Choice("order", "key",
        "key: the order of each key holds whatever the server does not take, with one record of a key at once; none: "
            + "as many at once as go, and what was not taken is sent again behind those that were.",
        "key", "none");
    public static readonly SchemaScalar LineFeeds = SchemaScalar.Boolean("lineFeeds", true,
        "Whether a line feed follows each record, as Firehose puts nothing between them.");
    public static readonly SchemaScalar Payload = Choice("payload", "data",
        "data: the record's bytes; line: a line of JSON with stream, shard, sequence, key, times and data; "
            + "line-with-id: the same with the record's id before all else, by which readers tell what comes twice.",
        "data", "line", LineWithId);
    public static readonly SchemaScalar RecordIds = SchemaScalar.Boolean("recordIds", false,
        "Whether requests tell the ids of their records, for a stream of another EdgeStream with deduplication: each "
            + "is then stored once. AWS takes no notice.");
    public static readonly SchemaSection Kinesis = new("kinesis", "Deliver to a stream of Kinesis Data Streams.",
        DeliveryKeys.Endpoint, DeliveryKeys.Region, StreamName, HashKey, Order, RecordIds, Payload,
        DeliveryKeys.AccessKey, DeliveryKeys.SecretKey, DeliveryKeys.SecretKeyFile, DeliveryKeys.Profile, LinkKeys.Tls,
        ServerKeys.Timeout);
    public static readonly SchemaSection Firehose = new("firehose", "Deliver to a delivery stream of Firehose.",
        DeliveryKeys.Endpoint, DeliveryKeys.Region, StreamName, LineFeeds, Payload, DeliveryKeys.AccessKey,
        DeliveryKeys.SecretKey, DeliveryKeys.SecretKeyFile, DeliveryKeys.Profile, LinkKeys.Tls, ServerKeys.Timeout);
}
