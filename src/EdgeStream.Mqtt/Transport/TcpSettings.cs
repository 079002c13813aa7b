using System.Net.Sockets;

namespace EdgeStream.Mqtt;

/// <summary>What the kernel is asked for on each TCP connection.</summary>
/// <remarks>No delay for small packets. Keepalive probes after five minutes without a byte, four of them half a minute
/// apart: a peer that vanished without a word, whose MQTT keep-alive is zero and for whom nothing waits, is found after
/// seven minutes.</remarks>
internal static class TcpSettings
{
    internal const int IdleSeconds = 300;
    internal const int ProbeSeconds = 30;
    internal const int ProbesMax = 4;

    internal static void Apply(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, ProbesMax);
    }
}
