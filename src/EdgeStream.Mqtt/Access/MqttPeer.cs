using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>What the transport knows of a client. A feature of the connection, put there by
/// <see cref="MqttListener"/>.</summary>
public sealed class MqttPeer
{
    /// <summary>The listener's name; empty where the host listens itself.</summary>
    public string ListenerName { get; init; } = "";

    /// <summary>Whether the listener takes clients without a name.</summary>
    public bool IsAnonymousAllowed { get; init; } = true;

    /// <summary>Where the client is, behind a trusted proxy too; null for a Unix socket.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The client's certificate, verified against the listener's authorities; null without one.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The user that the certificate stands for; null where there is none, or the listener doesn't map
    /// it.</summary>
    public string? CertificateUser { get; init; }

    /// <summary>Whether a listener has counted the connection against the bounds.</summary>
    internal bool IsAdmitted { get; init; }

    /// <summary>Whose place the broker gives back when the connection is over; null where somebody else
    /// does.</summary>
    internal MqttListener? Leaves { get; init; }

    /// <summary>What is known of a connection that came through no listener.</summary>
    internal static MqttPeer Of(ConnectionContext transport) => transport.Features.Get<MqttPeer>()
        ?? new MqttPeer { Address = (transport.RemoteEndPoint as IPEndPoint)?.Address };
}
