using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>An open port of a <see cref="SocketTransport"/>.</summary>
internal sealed class SocketListener(
    SocketAcceptor acceptor, Action<EndPoint, Exception> reportFailure, TimeProvider time) : IConnectionListener
{
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromMinutes(1);

    private long? _reportedAt;

    /// <inheritdoc/>
    public EndPoint EndPoint => acceptor.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await acceptor.AcceptAsync(ReportFailure, cancellationToken).ConfigureAwait(false) is { } socket)
        {
            try
            {
                return new SocketConnection(socket, SocketPoller.Shared, tellsClosed: true);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It was gone before it was served.
                socket.Dispose();
            }
            catch (Win32Exception e)
            {
                ReportFailure(e);
                socket.Dispose();
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        acceptor.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => UnbindAsync();

    private void ReportFailure(Exception error)
    {
        if (_reportedAt is not { } at || time.GetElapsedTime(at) >= ReportPeriod)
        {
            _reportedAt = time.GetTimestamp();
            reportFailure(EndPoint, error);
        }
    }
}
