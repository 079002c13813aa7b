using EdgeStream.Gateway.Config;
using EdgeStream.Kinesis;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>What the Firehose API is told of the configuration.</summary>
internal static class FirehoseDoor
{
    /// <summary>Every bucket is on the one server that is configured.</summary>
    public static FirehoseOptions OptionsOf(GatewayConfig config) => new()
    {
        Names = new KinesisNames(config.Kinesis.Region, config.Kinesis.AccountId),
        DestinationOf = bucket => config.Firehose.Server with { Bucket = bucket },
        IsOfHost = new ConfiguredStreams(config.Streams).Contains,
        DeliveryStreamsMax = config.Firehose.DeliveryStreamsMax,
    };
}
