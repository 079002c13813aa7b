using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Testing;

/// <summary>Takes TCP connections on 127.0.0.1 and serves each by itself.</summary>
/// <remarks>Thread-safe. A connection begins to be served in the order in which it came.</remarks>
public sealed class LoopbackServer : IAsyncDisposable, IDisposable
{
    private readonly Func<Socket, CancellationToken, Task> _serve;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _tasks = [];
    private TcpListener _listener;

    /// <summary>Listens from now on.</summary>
    /// <param name="serve">Serves one connection until it returns. The socket is closed then, or when the server ends,
    /// which the token says; that a connection is lost so, or by its client, is no error.</param>
    /// <param name="port">Where; 0 for any port that is free.</param>
    public LoopbackServer(Func<Socket, CancellationToken, Task> serve, int port = 0)
    {
        _serve = serve;
        _listener = Listen(port);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Nobody listens any more; connections that are there stay.</summary>
    public void Close() => _listener.Stop();

    /// <summary>Listens again.</summary>
    public void Open() => _listener = Listen(Port);

    /// <summary>Ends it without waiting for its connections.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    /// <summary>Ends it, and waits for its connections.</summary>
    /// <remarks>What went wrong while one was served is thrown here.</remarks>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Task[] tasks;
        do
        {
            lock (_gate)
            {
                tasks = [.. _tasks];
            }

            await Task.WhenAll(tasks);
        }
        while (tasks.Length < Count());

        _stop.Dispose();
    }

    private TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Keep(AcceptAsync(listener));
        return listener;
    }

    private int Count()
    {
        lock (_gate)
        {
            return _tasks.Count;
        }
    }

    private void Keep(Task task)
    {
        lock (_gate)
        {
            _tasks.RemoveAll(static other => other.IsCompletedSuccessfully);
            _tasks.Add(task);
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Keep(ServeAsync(await listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception error)
            when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Closed, perhaps between two connections, or the end.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        using var ending = _stop.Token.Register(static socket => ((Socket)socket!).Dispose(), socket);
        try
        {
            socket.NoDelay = true;
            await _serve(socket, _stop.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The other side has gone, or the end.
        }
    }
}
