using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>The way in to a broker: proxy header, bounds, TLS, and what is known of the client.</summary>
/// <remarks>
/// <see cref="MqttSocketServer"/> opens a port or Unix socket for it; on Kestrel, <c>listen.Use(_ =>
/// listener.ServeAsync)</c> serves MQTT, and <c>listen.Use(listener.Guard)</c> puts the same before its HTTP, for
/// <see cref="MqttWebSocket"/>. Thread-safe.
/// </remarks>
public sealed class MqttListener
{
    private readonly MqttBroker _broker;
    private readonly MqttListenerOptions _options;
    private volatile bool _isAnonymousAllowed;
    private int _connections;

    /// <param name="broker">Serves the connections.</param>
    /// <param name="options">How they are taken.</param>
    public MqttListener(MqttBroker broker, MqttListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(options);
        _broker = broker;
        _options = options;
        _isAnonymousAllowed = options.IsAnonymousAllowed;
    }

    /// <summary>Whether clients without a name are taken from now on.</summary>
    public bool IsAnonymousAllowed
    {
        get => _isAnonymousAllowed;
        set => _isAnonymousAllowed = value;
    }

    /// <summary>Connections there are.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Serves MQTT on a connection until it ends.</summary>
    /// <param name="connection">The transport; its owner disposes it afterwards.</param>
    /// <returns>Completes when the connection is over; never fails.</returns>
    public Task ServeAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (_options.TrustedProxies is not null || _options.Tls is not null)
        {
            return EnterAsync(connection, null);
        }

        // Nothing to wait for: the broker's own task is all that an idle connection keeps.
        IPAddress? address = AddressOf(connection);
        return TryEnter(connection, address)
            ? _broker.ServeAsync(connection, PeerOf(address, null, default, this))
            : Task.CompletedTask;
    }

    /// <summary>Puts the listener's checks before another protocol.</summary>
    /// <param name="next">Serves connections that may enter.</param>
    /// <returns>What serves all connections.</returns>
    public ConnectionDelegate Guard(ConnectionDelegate next) => connection => EnterAsync(connection, next);

    /// <summary>Counts and logs that a door could not take a connection, or failed to serve it.</summary>
    internal void ReportFailure(EndPoint endPoint, Exception error) => _broker.Refusals.Report(
        MqttRefusal.Connections, $"{endPoint} of listener '{_options.Name}'", $"a connection failed: {error.Message}");

    /// <summary>Gives back the place of a connection that has entered.</summary>
    internal void Leave(IPAddress? address)
    {
        Interlocked.Decrement(ref _connections);
        _broker.Admission.Leave(address);
    }

    private static IPAddress? AddressOf(ConnectionContext connection) =>
        (connection.RemoteEndPoint as IPEndPoint)?.Address;

    /// <summary>Serves what may enter: by the next protocol, or without one by the broker.</summary>
    private async Task EnterAsync(ConnectionContext connection, ConnectionDelegate? next)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (_options.TrustedProxies is not null
            && await ReadProxyHeaderAsync(connection).ConfigureAwait(false) is { } problem)
        {
            Refuse(MqttRefusal.ProxyHeader, connection, problem);
            return;
        }

        IPAddress? address = AddressOf(connection);
        if (!TryEnter(connection, address))
        {
            return;
        }

        try
        {
            if (_options.Tls is { } tls)
            {
                await ServeTlsAsync(connection, tls, next, address).ConfigureAwait(false);
            }
            else
            {
                await ServeAsync(connection, next, PeerOf(address, null, default)).ConfigureAwait(false);
            }
        }
        finally
        {
            Leave(address);
        }
    }

    private async Task ServeTlsAsync(
        ConnectionContext connection, MqttTls tls, ConnectionDelegate? next, IPAddress? address)
    {
        (TlsLayer? layer, string problem) = await ShakeHandsAsync(connection, tls).ConfigureAwait(false);
        if (layer is null)
        {
            Refuse(MqttRefusal.TlsHandshake, connection, problem);
            return;
        }

        await using (layer.ConfigureAwait(false))
        {
            await ServeAsync(connection, next, PeerOf(address, layer.Certificate, tls.CertificateUser))
                .ConfigureAwait(false);
        }
    }

    private Task ServeAsync(ConnectionContext connection, ConnectionDelegate? next, MqttPeer peer)
    {
        if (next is null)
        {
            return _broker.ServeAsync(connection, peer);
        }

        connection.Features.Set(peer);
        return next(connection);
    }

    private async Task<(TlsLayer? Layer, string Problem)> ShakeHandsAsync(ConnectionContext connection, MqttTls tls)
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _broker.Time);
        return await TlsLayer.AcceptAsync(connection, tls, timeout.Token).ConfigureAwait(false);
    }

    private MqttPeer PeerOf(
        IPAddress? address,
        X509Certificate2? certificate,
        MqttCertificateUser which,
        MqttListener? leaves = null) => new()
    {
        ListenerName = _options.Name,
        IsAnonymousAllowed = IsAnonymousAllowed,
        IsAdmitted = true,
        Leaves = leaves,
        Address = address,
        Certificate = certificate,
        CertificateUser = certificate is null ? null : CertificateNames.UserOf(certificate, which),
    };

    private bool TryEnter(ConnectionContext connection, IPAddress? address)
    {
        MqttRefusal refusal = MqttRefusal.Connections;
        if (Interlocked.Increment(ref _connections) <= _options.ConnectionsMax
            && _broker.Admission.TryEnter(address, out refusal))
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        Refuse(refusal, connection, "there are too many connections");
        return false;
    }

    /// <summary>Takes the header off, and the client's address from it; or says why the connection may not be
    /// served.</summary>
    private async Task<string?> ReadProxyHeaderAsync(ConnectionContext connection)
    {
        if (connection.RemoteEndPoint is IPEndPoint remote && !IsTrusted(remote.Address))
        {
            return "it is no trusted proxy";
        }

        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _broker.Time);
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(timeout.Token).ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = read.Buffer;
                ProxyHeader.Result result = ProxyHeader.Read(ref buffer, out IPEndPoint? source);
                if (result == ProxyHeader.Result.Done)
                {
                    input.AdvanceTo(buffer.Start);
                    connection.RemoteEndPoint = source ?? connection.RemoteEndPoint;
                    return null;
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                if (result == ProxyHeader.Result.Invalid || read.IsCompleted)
                {
                    return "it begins with no PROXY header";
                }
            }
        }
        catch (OperationCanceledException)
        {
            return "its PROXY header did not come in time";
        }
        catch (IOException)
        {
            return "it ended within its PROXY header";
        }
    }

    private bool IsTrusted(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (IPNetwork network in _options.TrustedProxies!)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private void Refuse(MqttRefusal refusal, ConnectionContext connection, string problem) =>
        _broker.Refusals.Report(refusal, $"{connection.RemoteEndPoint} on listener '{_options.Name}'", problem);
}
