using System.Net;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>Sockets for a web server: what comes in is read, and served until the first pause, by the threads that
/// serve the sockets of MQTT.</summary>
/// <remarks>
/// <para>Two threads less are woken for each request than by the platform's own transport. Those threads are few, so
/// the application may not block in them: what takes long it does behind <c>Task.Yield</c>.</para>
/// <para>Thread-safe. It needs Linux.</para>
/// </remarks>
public sealed class SocketTransport : IConnectionListenerFactory
{
    private readonly Action<EndPoint, Exception> _reportFailure;
    private readonly TimeProvider _time;

    /// <param name="reportFailure">Is told where and why no connection could be taken; it is tried again after 100
    /// ms.</param>
    /// <param name="time">Times the pauses.</param>
    public SocketTransport(Action<EndPoint, Exception> reportFailure, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(reportFailure);
        _reportFailure = reportFailure;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Goes on with something soon, in a thread that serves sockets; at once where the caller is of the thread
    /// pool. For a caller that others wait for.</summary>
    /// <param name="work">It doesn't throw, and doesn't block.</param>
    public static void HandOn(Action work) => SocketPoller.HandOn(work);

    /// <inheritdoc/>
    /// <exception cref="AddressInUseException">Somebody listens there.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">It can't be opened.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return ValueTask.FromResult<IConnectionListener>(
                new SocketListener(new SocketAcceptor(endpoint, _time), _reportFailure, _time));
        }
        catch (System.Net.Sockets.SocketException e)
            when (e.SocketErrorCode == System.Net.Sockets.SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }
}
