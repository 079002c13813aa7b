using System.Net;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Kinesis;

/// <summary>Opens real ports through another transport, and <see cref="ForkEndPoint"/> as one without a port.</summary>
internal sealed class ForkTransport(IConnectionListenerFactory sockets) : IConnectionListenerFactory
{
    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint is ForkEndPoint
            ? ValueTask.FromResult<IConnectionListener>(new SilentListener(endpoint))
            : sockets.BindAsync(endpoint, cancellationToken);
}
