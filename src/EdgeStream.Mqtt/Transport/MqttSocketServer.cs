using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Mqtt;

/// <summary>An open port or Unix socket whose connections a listener serves.</summary>
/// <remarks>Thread-safe. It needs Linux, and no web server; for MQTT over WebSocket see
/// <see cref="MqttWebSocket"/>.</remarks>
public sealed class MqttSocketServer : IAsyncDisposable
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private readonly SocketAcceptor _acceptor;
    private readonly MqttListener _listener;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<SocketConnection> _connections = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private bool _isStopping;

    private MqttSocketServer(SocketAcceptor acceptor, MqttListener listener, TimeProvider time)
    {
        _acceptor = acceptor;
        _listener = listener;
        _time = time;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens, with the port that was picked if it was 0.</summary>
    public EndPoint EndPoint => _acceptor.EndPoint;

    /// <summary>Opens a port or a Unix socket.</summary>
    /// <param name="endPoint">An address and port, or a <see cref="UnixDomainSocketEndPoint"/> whose path is free. The
    /// IPv6 address that stands for all takes IPv4 too.</param>
    /// <param name="listener">Serves the connections.</param>
    /// <param name="time">Times the pauses.</param>
    /// <exception cref="SocketException">It can't be opened.</exception>
    /// <exception cref="Win32Exception">There are no descriptors left.</exception>
    public static MqttSocketServer Start(EndPoint endPoint, MqttListener listener, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(listener);
        time ??= TimeProvider.System;
        return new MqttSocketServer(new SocketAcceptor(endPoint, time), listener, time);
    }

    /// <summary>Takes no more connections, gives those there are two seconds to end, and aborts the rest.</summary>
    /// <remarks>It ends none itself: that is the broker's to do, which tells its clients why. Dispose of the broker
    /// before, or at the same time.</remarks>
    /// <returns>Completes when all have ended, or two seconds after the abort.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _acceptor.Dispose();
        await _accepting.ConfigureAwait(false);
        lock (_connections)
        {
            _isStopping = true;
            if (_connections.Count == 0)
            {
                _ended.TrySetResult();
            }
        }

        try
        {
            await _ended.Task.WaitAsync(CloseTime, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            AbortAll();

            // Whoever waits for the host and not for the socket ends when the broker is disposed of.
            await _ended.Task.WaitAsync(CloseTime, _time)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (await _acceptor
            .AcceptAsync(tellsClosed: false, ReportFailure, _stopping.Token)
            .ConfigureAwait(false) is { } connection)
        {
            // Elsewhere: a client that has sent already would be served here until its first pause.
            ThreadPool.UnsafeQueueUserWorkItem(
                static work => _ = work.Server.ServeAsync(work.Connection),
                (Server: this, Connection: connection),
                preferLocal: false);
        }
    }

    private void ReportFailure(Exception error) => _listener.ReportFailure(EndPoint, error);

    private async Task ServeAsync(SocketConnection connection)
    {
        lock (_connections)
        {
            _connections.Add(connection);
        }

        try
        {
            await _listener.ServeAsync(connection).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ReportFailure(e);
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            Forget(connection);
        }
    }

    private void Forget(SocketConnection connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
            if (_isStopping && _connections.Count == 0)
            {
                _ended.TrySetResult();
            }
        }
    }

    private void AbortAll()
    {
        SocketConnection[] connections;
        lock (_connections)
        {
            connections = [.. _connections];
        }

        foreach (SocketConnection connection in connections)
        {
            connection.Abort();
        }
    }
}
