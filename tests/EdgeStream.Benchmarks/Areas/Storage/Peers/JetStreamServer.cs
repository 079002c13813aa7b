using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>A NATS server with JetStream on loopback, its files in a folder.</summary>
internal sealed class JetStreamServer : IDisposable
{
    /// <summary>Debian's path of the server.</summary>
    public const string Program = "/usr/sbin/nats-server";

    private readonly BackgroundCommand _process;

    private JetStreamServer(BackgroundCommand process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Starts the server and waits until it accepts clients.</summary>
    public static JetStreamServer Start(string folder)
    {
        var port = FreePort.Next();
        var server = new JetStreamServer(
            BackgroundCommand.Start(Program, "-a", "127.0.0.1", "-p", $"{port}", "-js", "-sd", folder), port);
        Poll.UntilAsync(server.AcceptsAsync, state: server._process.Output.ToString).GetAwaiter().GetResult();
        return server;
    }

    /// <inheritdoc/>
    public void Dispose() => _process.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<bool> AcceptsAsync()
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
