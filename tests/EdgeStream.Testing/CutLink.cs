using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Testing;

/// <summary>A network between the gateway and a server that a test cuts and mends: a relay on 127.0.0.1.</summary>
public sealed class CutLink : IDisposable
{
    private const int BufferBytes = 4096;

    private readonly LoopbackServer _server;
    private readonly ConcurrentDictionary<Socket, Socket> _open = new();
    private readonly int _target;
    private volatile bool _isCut;

    /// <summary>Relays to a port.</summary>
    public CutLink(int target)
    {
        _target = target;
        _server = new LoopbackServer(RelayAsync);
    }

    /// <summary>Where to connect.</summary>
    public int Port => _server.Port;

    /// <summary>Ends every connection, in the middle of whatever is on its way, and takes no other.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var (near, far) in _open)
        {
            near.Dispose();
            far.Dispose();
        }

        _open.Clear();
    }

    /// <summary>Takes connections again.</summary>
    public void Mend() => _isCut = false;

    /// <inheritdoc/>
    public void Dispose()
    {
        Cut();
        _server.Dispose();
    }

    private async Task RelayAsync(Socket near, CancellationToken stop)
    {
        if (_isCut)
        {
            return;
        }

        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, stop);
            _open[near] = far;
            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        }
        finally
        {
            _open.TryRemove(near, out _);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
