using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeStream.Kinesis;

/// <summary>The open port of the API: HTTP/1.1 and HTTP/2, with or without TLS.</summary>
/// <remarks>Thread-safe. Without TLS, HTTP/2 is spoken with clients that begin with it ("prior knowledge"); with TLS,
/// ALPN chooses.</remarks>
public sealed class KinesisServer : IAsyncDisposable
{
    /// <summary>How long stopping may take.</summary>
    public static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(130);

    private readonly KestrelServer _server;
    private readonly KinesisService _service;
    private readonly ListenOptions _listen;
    private volatile KinesisCertificate? _certificate;

    private KinesisServer(KinesisServerOptions options, KinesisService service, ILoggerFactory loggers)
    {
        _service = service;
        _certificate = options.Certificate;
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            Limits =
            {
                MaxRequestBodySize = KinesisLimits.RequestBodyBytesMax,
                MaxConcurrentConnections = options.ConnectionsMax,
                MinRequestBodyDataRate = new MinDataRate(4096, TimeSpan.FromSeconds(10)),
                MinResponseDataRate = new MinDataRate(4096, TimeSpan.FromSeconds(10)),
                Http2 = { InitialStreamWindowSize = 1 << 20, InitialConnectionWindowSize = 4 << 20 },
            },
        };
        _listen = Listen(kestrel, options, loggers);
        var sockets = options.Transport
            ?? new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _server = new KestrelServer(Options.Create(kestrel), new ForkTransport(sockets), loggers);
    }

    /// <summary>Where it listens, with the port that was picked if it was 0.</summary>
    public IPEndPoint EndPoint => _listen.IPEndPoint!;

    /// <summary>What new connections with TLS are shown; those there are stay.</summary>
    public KinesisCertificate? Certificate
    {
        get => _certificate;
        set => _certificate = value;
    }

    /// <summary>Opens the port.</summary>
    /// <exception cref="IOException">The port is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port can't be opened.</exception>
    public static async Task<KinesisServer> StartAsync(
        KinesisServerOptions options, KinesisService service, ILoggerFactory loggers)
    {
        var server = new KinesisServer(options, service, loggers);
        try
        {
            await server._server.StartAsync(new KinesisApplication(service, loggers), default).ConfigureAwait(false);
            return server;
        }
        catch
        {
            server._server.Dispose();
            throw;
        }
    }

    /// <summary>Ends subscriptions, lets requests come to their end for two seconds, and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        _service.StopSubscriptions();
        using var limit = new CancellationTokenSource(StopTimeMax);
        try
        {
            await _server.StopAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Connections that did not end in time are aborted by the server.
        }

        _server.Dispose();
    }

    private ListenOptions Listen(KestrelServerOptions kestrel, KinesisServerOptions options, ILoggerFactory loggers)
    {
        var time = _service.Time;
        if (options.Certificate is null)
        {
            var fork = new ProtocolFork(Patience, time);
            return Listen(kestrel, options.Listen, fork.UseHttp2, fork.ServeAsync);
        }

        // The web server does not see the TLS, and clients name the scheme.
        kestrel.AllowAlternateSchemes = true;
        var tls = new TlsFork(() => _certificate!, time, loggers.CreateLogger<KinesisServer>());
        return Listen(kestrel, options.Listen, tls.UseHttp2, tls.ServeAsync);
    }

    /// <summary>The web server serves one version an endpoint: the port is that of HTTP/1.1, and a second endpoint
    /// without a port serves what is handed to it.</summary>
    private static ListenOptions Listen(
        KestrelServerOptions kestrel,
        IPEndPoint endPoint,
        Func<ConnectionDelegate, ConnectionDelegate> useHttp2,
        Func<ConnectionContext, ConnectionDelegate, Task> serve)
    {
        ListenOptions? opened = null;
        kestrel.Listen(new ForkEndPoint(), listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(useHttp2);
        });
        kestrel.Listen(endPoint, listen =>
        {
            opened = listen;
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => serve(connection, next));
        });
        return opened!;
    }
}
