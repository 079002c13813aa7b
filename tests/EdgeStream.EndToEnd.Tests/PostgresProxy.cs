using System.Net;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A network between the gateway and PostgreSQL that fails at one point of a transaction: a relay on
/// 127.0.0.1.</summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _target;
    private readonly LoopbackServer _server;
    private int _isArmed = 1;

    /// <param name="target">The server's port.</param>
    /// <param name="isAnswer">Whether the answer to the first <c>COMMIT</c> is lost; otherwise the link stands still in
    /// the middle of the first rows.</param>
    public PostgresProxy(int target, bool isAnswer)
    {
        _target = target;
        IsAnswer = isAnswer;
        _server = new LoopbackServer(RelayAsync);
    }

    public bool IsAnswer { get; }

    public int Port => _server.Port;

    /// <summary>Completes when the link has failed; from then on new connections are as they should be.</summary>
    public Task Reached => _reached.Task;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task RelayAsync(Socket client, CancellationToken stop)
    {
        await using var near = new NetworkStream(client);
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _target, stop);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var up = PumpAsync(near, server.GetStream(), isAnswer: false, end.Token);
        var down = PumpAsync(server.GetStream(), near, isAnswer: true, end.Token);
        await Task.WhenAny(up, down);
        await end.CancelAsync();
        await Task.WhenAll(up, down);
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isAnswer, CancellationToken stop)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer, stop) is var count and > 0)
            {
                var bytes = buffer.AsMemory(0, count);
                var isPoint = isAnswer == IsAnswer
                    && bytes.Span.IndexOf(isAnswer ? "COMMIT\0"u8 : "FROM STDIN\0"u8) >= 0;
                if (!isPoint || Interlocked.Exchange(ref _isArmed, 0) == 0)
                {
                    await to.WriteAsync(bytes, stop);
                    continue;
                }

                if (!isAnswer)
                {
                    await to.WriteAsync(bytes[..(count / 2)], stop);
                }

                _reached.TrySetResult();
                if (!isAnswer)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                }

                return;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
            // The link ends.
        }
    }
}
