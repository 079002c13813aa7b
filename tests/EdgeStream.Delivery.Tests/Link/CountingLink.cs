using System.Globalization;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Link;

/// <summary>A way to a server on 127.0.0.1 that counts the bytes which go to it and come back.</summary>
internal sealed class CountingLink : IAsyncDisposable
{
    private readonly Uri _target;
    private readonly LoopbackServer _server;
    private long _sent;
    private long _received;

    public CountingLink(string target)
    {
        _target = new Uri(target);
        _server = new LoopbackServer(RelayAsync);
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}/");

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task RelayAsync(Socket client, CancellationToken stop)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync(_target.Host, _target.Port, stop);
        await Task.WhenAny(
            CopyAsync(client, server, count => Interlocked.Add(ref _sent, count), stop),
            CopyAsync(server, client, count => Interlocked.Add(ref _received, count), stop));
    }

    private static async Task CopyAsync(Socket from, Socket to, Action<int> count, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (await from.ReceiveAsync(buffer, stop) is var length and > 0)
        {
            count(length);
            for (var sent = 0; sent < length;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), stop);
            }
        }
    }
}
