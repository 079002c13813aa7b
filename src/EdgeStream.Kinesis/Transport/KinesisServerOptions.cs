using System.Net;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Kinesis;

/// <summary>Where the API listens.</summary>
public sealed record KinesisServerOptions
{
    /// <summary>Address and port; port 0 picks a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The first certificate of a port with TLS; null for one without.</summary>
    public KinesisCertificate? Certificate { get; init; }

    /// <summary>What opens the port; null for the platform's sockets. The service does what takes long in the thread
    /// pool, whatever the thread that reads a connection.</summary>
    public IConnectionListenerFactory? Transport { get; init; }

    /// <summary>Connections at the same time; more are closed at once.</summary>
    public int ConnectionsMax { get; init; } = 1000;
}
