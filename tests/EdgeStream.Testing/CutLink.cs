using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Testing;

/// <summary>A network between the gateway and a server that a test cuts and mends: a relay on 127.0.0.1.</summary>
public sealed class CutLink : IDisposable
{
    private const int BufferBytes = 4096;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _open = new();
    private readonly int _target;
    private volatile bool _isCut;

    /// <summary>Relays to a port.</summary>
    public CutLink(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where to connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync();
                if (_isCut)
                {
                    near.Dispose();
                    continue;
                }

                _ = RelayAsync(near);
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target);
            _open[near] = far;
            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (SocketException)
        {
            // The server is down.
        }
        finally
        {
            _open.TryRemove(near, out _);
            near.Dispose();
            far.Dispose();
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer)) > 0)
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
