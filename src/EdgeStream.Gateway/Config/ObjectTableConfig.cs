using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>An object of an S3 server that reference tables are made of.</summary>
/// <param name="Server">The server and the bucket.</param>
/// <param name="Key">The object's name.</param>
/// <param name="Every">How often the server is asked whether it is another one.</param>
internal sealed record ObjectTableConfig(S3DestinationOptions Server, string Key, TimeSpan Every)
{
    /// <summary>How many objects there may be: each keeps up to 16 MiB.</summary>
    public const int CountMax = 32;

    /// <summary>The object, for people, and for <see cref="Analytics.QueryReference.Path"/>.</summary>
    public string Place => S3ObjectReader.PlaceOf(Server, Key);
}
