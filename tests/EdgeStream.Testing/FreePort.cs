using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Testing;

/// <summary>TCP ports on 127.0.0.1 that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Asks the kernel for a free port; never the same one twice in a row.</summary>
    /// <remarks>The port is free at the call. Something else can take it before it is used, which the kernel makes
    /// unlikely.</remarks>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
