namespace EdgeStream.Delivery;

/// <summary>Who has made a delivery. Names are unique within an origin: each keeps its progress by itself.</summary>
public enum DeliveryOrigin
{
    /// <summary>The configuration.</summary>
    Configuration = 0,

    /// <summary>A call of the Firehose API.</summary>
    Api = 1,
}
