using System.Net;
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
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await acceptor.AcceptAsync(tellsClosed: true, ReportFailure, cancellationToken).ConfigureAwait(false);

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
