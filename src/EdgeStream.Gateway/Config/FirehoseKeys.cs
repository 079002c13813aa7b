using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of the Firehose API; part of <see cref="ConfigKeys"/>.</summary>
internal static class FirehoseKeys
{
    public static readonly SchemaScalar DeliveryStreamsMax = Integer("deliveryStreamsMax", 50, 0, 1000,
        "How many delivery streams the API makes.");

    public static readonly SchemaSection Section = new("firehose",
        "The API of Firehose, on the port of the Kinesis API: the S3 server that its delivery streams deliver to.",
        DeliveryKeys.Endpoint, DeliveryKeys.Region, DeliveryKeys.PathStyle, DeliveryKeys.AccessKey,
        DeliveryKeys.SecretKey, DeliveryKeys.SecretKeyFile, DeliveryKeys.Profile, DeliveryKeys.Timeout,
        DeliveryStreamsMax);
}
