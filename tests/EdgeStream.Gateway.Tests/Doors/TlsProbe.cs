using System.Net.Security;
using System.Net.Sockets;

namespace EdgeStream.Gateway.Tests.Doors;

/// <summary>A TLS connection to a port on 127.0.0.1 that trusts whatever certificate is shown.</summary>
internal static class TlsProbe
{
    public static async Task<SslStream> OpenAsync(int port)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        var stream = new SslStream(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        return stream;
    }
}
