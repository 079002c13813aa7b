using System.Net;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>A process that serves a port until it is disposed of.</summary>
internal sealed class PortServer : IServerProcess
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly BackgroundCommand _process;

    private PortServer(BackgroundCommand process, int port)
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
    public static Task<IServerProcess> StartNodeAsync(int port, string[] variables, params string[] arguments) =>
        WaitAsync(port, BackgroundCommand.Start("env", [.. variables, "node", .. arguments]));

    /// <summary>Waits until a process that was started serves its port.</summary>
    public static async Task<IServerProcess> WaitAsync(int port, BackgroundCommand process)
    {
        var server = new PortServer(process, port);
        await Poll.UntilAsync(server.Accepts, StartDeadline, process.Output.ToString);
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
