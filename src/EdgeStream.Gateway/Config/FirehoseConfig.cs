using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Where the delivery streams of the Firehose API deliver to.</summary>
/// <param name="Server">The S3 server and the credentials; its bucket is a placeholder.</param>
/// <param name="DeliveryStreamsMax">How many delivery streams the API makes.</param>
internal sealed record FirehoseConfig(S3DestinationOptions Server, int DeliveryStreamsMax)
{
    /// <summary>The bucket that stands where each delivery stream has its own.</summary>
    public const string Placeholder = "bucket";
}
