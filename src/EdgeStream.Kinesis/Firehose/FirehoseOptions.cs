using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Where delivery streams deliver to, and their bounds.</summary>
public sealed record FirehoseOptions
{
    /// <summary>The destination for a bucket; the server and its credentials are the host's business.</summary>
    public required Func<string, DestinationOptions> DestinationOf { get; init; }

    /// <summary>Region and account in the names of delivery streams.</summary>
    public KinesisNames Names { get; init; } = new();

    /// <summary>Which streams the host has made for itself: none of them goes with a delivery stream.</summary>
    public Func<string, bool> IsOfHost { get; init; } = static _ => false;

    /// <summary>How many delivery streams the API makes.</summary>
    public int DeliveryStreamsMax { get; init; } = 50;
}
