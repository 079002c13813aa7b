using System.Net;

namespace EdgeStream.Kinesis;

/// <summary>Where the API listens.</summary>
public sealed record KinesisServerOptions
{
    /// <summary>Address and port; port 0 picks a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The first certificate of a port with TLS; null for one without.</summary>
    public KinesisCertificate? Certificate { get; init; }

    /// <summary>Connections at the same time; more are closed at once.</summary>
    public int ConnectionsMax { get; init; } = 1000;
}
