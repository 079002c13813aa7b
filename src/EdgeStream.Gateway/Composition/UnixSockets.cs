using System.Net.Sockets;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Composition;

/// <summary>The files of Unix sockets: what a power cut left is taken away, and who may open them is set.</summary>
internal static class UnixSockets
{
    /// <summary>Removes a socket that nobody listens on any more.</summary>
    /// <exception cref="IOException">Something else is there, or another program listens on it.</exception>
    public static void Prepare(MqttListenerConfig listener)
    {
        if (listener.Listen is not null || !File.Exists(listener.Path))
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(listener.Path));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            if (new FileInfo(listener.Path).Length == 0)
            {
                File.Delete(listener.Path);
                return;
            }
        }

        throw new IOException($"unix:{listener.Path}: there is a file already, or another program listens on it");
    }

    /// <summary>Sets the socket's mode; until here only what the umask left could open it.</summary>
    public static void SetMode(MqttListenerConfig listener)
    {
        if (listener.Listen is null && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(listener.Path, listener.Mode);
        }
    }
}
