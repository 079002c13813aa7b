using System.Net;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>A server on Node.js that runs until it is disposed of.</summary>
internal sealed class NodeServer : IServerProcess
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly BackgroundCommand _process;

    private NodeServer(BackgroundCommand process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public int ProcessId => _process.Id;

    /// <summary>Starts <c>node</c> and waits until the port is open.</summary>
    /// <param name="port">The port that it was told.</param>
    /// <param name="variables">What its environment has beside this one's.</param>
    /// <param name="arguments">The arguments of <c>node</c>.</param>
    public static async Task<IServerProcess> StartAsync(int port, string[] variables, params string[] arguments)
    {
        var server = new NodeServer(
            BackgroundCommand.Start("env", [.. variables, "node", .. arguments]), port);
        await Poll.UntilAsync(server.Accepts, StartDeadline, server._process.Output.ToString);
        return server;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private bool Accepts()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The server ended:\n{_process.Output}");
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
