using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Delivery.Tests.Link;

/// <summary>A way to a server on 127.0.0.1 that counts the bytes which go to it and come back.</summary>
internal sealed class CountingLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private long _sent;
    private long _received;

    public CountingLink(string server)
    {
        _server = new Uri(server);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://{(IPEndPoint)_listener.LocalEndpoint}/";

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            await Task.WhenAny(
                CopyAsync(client.GetStream(), server.GetStream(), count => Interlocked.Add(ref _sent, count)),
                CopyAsync(server.GetStream(), client.GetStream(), count => Interlocked.Add(ref _received, count)));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            // Either side has gone.
        }
    }

    private async Task CopyAsync(Stream from, Stream to, Action<int> count)
    {
        var buffer = new byte[4096];
        while (await from.ReadAsync(buffer, _stop.Token) is var length and > 0)
        {
            count(length);
            await to.WriteAsync(buffer.AsMemory(0, length), _stop.Token);
        }
    }
}
