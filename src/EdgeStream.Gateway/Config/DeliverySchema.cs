namespace EdgeStream.Gateway.Config;

/// <summary>All keys of deliveries; part of <see cref="ConfigKeys"/>.</summary>
internal static class DeliverySchema
{
    /// <summary>Destinations that take records by requests.</summary>
    public static readonly SchemaSection[] Servers =
    [
        ServerKeys.Http, AwsKeys.Kinesis, AwsKeys.Firehose, NatsKeys.Section, StoreKeys.Influx, StoreKeys.Elasticsearch,
        StoreKeys.Splunk, PrometheusKeys.Section, PostgresKeys.Section,
    ];

    /// <summary>All destinations.</summary>
    public static readonly SchemaSection[] Destinations =
        [DeliveryKeys.Folder, DeliveryKeys.S3, LinkKeys.Destination, .. Servers];

    public static readonly SchemaList List = new("deliveries",
        "What is delivered where. A list here replaces the default, which writes readings to a local folder; [] is "
            + "none.",
        64,
        [
            DeliveryKeys.Name, DeliveryKeys.Stream, DeliveryKeys.BufferTime, DeliveryKeys.BufferSize,
            DeliveryKeys.Prefix, DeliveryKeys.ErrorStream, DeliveryKeys.ErrorPrefix, DeliveryKeys.Compression,
            DeliveryKeys.Format, DeliveryKeys.Delimiter, DeliveryKeys.Header, DeliveryKeys.Columns, DeliveryKeys.Start,
            DeliveryKeys.Protect, DeliveryKeys.LiveFirst, DeliveryKeys.Transform, UsageKeys.Section, .. Destinations,
        ]);
}
