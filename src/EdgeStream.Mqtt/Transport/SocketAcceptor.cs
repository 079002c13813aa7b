using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Mqtt;

/// <summary>An open port or Unix socket, and the connections that come in on it.</summary>
/// <remarks>For one caller of <see cref="AcceptAsync"/>; disposing is thread-safe.</remarks>
internal sealed class SocketAcceptor : IDisposable
{
    private const int Backlog = 4096;

    /// <summary>How long no connection is taken after one could not be, for want of descriptors or memory.</summary>
    private static readonly TimeSpan PauseTime = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly SocketPoller _poller;
    private readonly TimeProvider _time;

    /// <param name="endPoint">An address and port, or a <see cref="UnixDomainSocketEndPoint"/> whose path is free. The
    /// IPv6 address that stands for all takes IPv4 too.</param>
    /// <param name="time">Times the pauses.</param>
    /// <exception cref="SocketException">It can't be opened.</exception>
    /// <exception cref="Win32Exception">There are no descriptors left.</exception>
    internal SocketAcceptor(EndPoint endPoint, TimeProvider time)
    {
        _poller = SocketPoller.Shared;
        _time = time;
        IsTcp = endPoint is IPEndPoint;
        _socket = new Socket(
            endPoint.AddressFamily, SocketType.Stream, IsTcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                _socket.DualMode = true;
            }

            _socket.Bind(endPoint);
            _socket.Listen(Backlog);
            EndPoint = _socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, with the port that was picked if it was 0.</summary>
    internal EndPoint EndPoint { get; }

    private bool IsTcp { get; }

    /// <summary>Waits for the next connection.</summary>
    /// <param name="tellsClosed">As for <see cref="SocketConnection"/>.</param>
    /// <param name="reportFailure">Is told what keeps connections out for now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection, with <see cref="TcpSettings"/> applied; null when it is closed or cancelled.</returns>
    internal async ValueTask<SocketConnection?> AcceptAsync(
        bool tellsClosed, Action<Exception> reportFailure, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (Connect(socket, tellsClosed) is { } connection)
                {
                    return connection;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException
                or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (Exception e) when (e is SocketException or Win32Exception)
            {
                if (!IsOfOneConnection((e as SocketException)?.SocketErrorCode))
                {
                    reportFailure(e);
                    await Task.Delay(PauseTime, _time, cancellationToken)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Whether only that connection failed, which was gone before it was taken.</summary>
    private static bool IsOfOneConnection(SocketError? error) =>
        error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Interrupted;

    /// <returns>Null where it was gone before it was served.</returns>
    /// <exception cref="Win32Exception">It can't be watched.</exception>
    private SocketConnection? Connect(Socket socket, bool tellsClosed)
    {
        try
        {
            if (IsTcp)
            {
                TcpSettings.Apply(socket);
            }

            return new SocketConnection(socket, _poller, tellsClosed);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
