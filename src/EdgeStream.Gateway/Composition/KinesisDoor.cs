using System.Net;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Kinesis;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The Kinesis API over the gateway's streams: its port, its keys, its certificate.</summary>
/// <remarks>The certificate's files are looked at every few seconds and read anew when they change; what cannot be read
/// leaves what counted before.</remarks>
internal sealed class KinesisDoor : IAsyncDisposable
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);
    private const int TicksPerLook = 5;

    private readonly GatewayConfig _opened;
    private readonly ILogger<KinesisDoor> _logger;
    private readonly TimeProvider _time;
    private readonly KinesisServer _server;
    private readonly WatchedFiles? _certificate;
    private readonly ConfiguredStreams _streams;

    private KinesisDoor(
        GatewayConfig opened, ConfiguredStreams streams, KinesisService service, KinesisServer server,
        TimeProvider time, ILogger<KinesisDoor> logger)
    {
        _opened = opened;
        _streams = streams;
        _time = time;
        _logger = logger;
        _server = server;
        Service = service;
        if (opened.Kinesis.Tls is { } tls)
        {
            _certificate = new WatchedFiles("certificate", () =>
            {
                var certificate = MqttFiles.OfMachine.ReadCertificate(tls);
                return () => server.Certificate = certificate;
            }, tls.Certificate, tls.Key);
            _certificate.Read()();
        }
    }

    /// <summary>The actions, and what was called.</summary>
    public KinesisService Service { get; }

    /// <summary>Where it listens, as a URL.</summary>
    public string Url => $"{(_opened.Kinesis.Tls is null ? "http" : "https")}://{_server.EndPoint}";

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Why files that have changed are not used; null when they are.</summary>
    public string? Failure => _certificate?.Failure;

    /// <summary>When the certificate ends; null without TLS.</summary>
    public DateTimeOffset? CertificateEnd => _server.Certificate?.ExpiresAt;

    /// <summary>Opens the port; null where the configuration does not want it.</summary>
    /// <exception cref="StartException">The port can't be opened.</exception>
    public static async Task<KinesisDoor?> StartAsync(
        GatewayConfig config, StreamStore store, FirehoseService? firehose, TimeProvider time,
        ILoggerFactory loggers)
    {
        var kinesis = config.Kinesis;
        if (!kinesis.IsEnabled)
        {
            return null;
        }

        var streams = new ConfiguredStreams(config.Streams);
        var service = await KinesisService.OpenAsync(
            store,
            new KinesisServiceOptions
            {
                Names = new KinesisNames(kinesis.Region, kinesis.AccountId),
                Access = new KinesisAccess(kinesis.Credentials),
                Limits = kinesis.Limits,
                ShardsMax = kinesis.ShardsMax,
                OnDemandStreamsMax = kinesis.OnDemandStreamsMax,
                Firehose = firehose,
                IsOfHost = streams.Contains,
                HandOn = SocketTransport.HandOn,
            },
            time);
        var logger = loggers.CreateLogger<KinesisDoor>();
        try
        {
            var server = await KinesisServer.StartAsync(
                new KinesisServerOptions
                {
                    Listen = new IPEndPoint(kinesis.Listen.Address, kinesis.Listen.Port),
                    ConnectionsMax = kinesis.ConnectionsMax,
                    Certificate = kinesis.Tls is { } tls ? MqttFiles.OfMachine.ReadCertificate(tls) : null,

                    // Shaking hands takes too long for the threads of the sockets.
                    Transport = kinesis.Tls is null
                        ? new SocketTransport(
                            (endPoint, error) => logger.ConnectionsRefused(endPoint, error.Message), time)
                        : null,
                },
                service,
                loggers);
            return new KinesisDoor(config, streams, service, server, time, logger);
        }
        catch (Exception error)
        {
            service.Dispose();
            throw error is IOException or System.Net.Sockets.SocketException
                ? ListenProblem.ExplainKinesis(kinesis, error)
                : error;
        }
    }

    /// <summary>Uses a new configuration's keys, and reads the certificate anew.</summary>
    /// <exception cref="ConfigException">A file can't be read, or is wrong; nothing has changed.</exception>
    public void Use(KinesisConfig next)
    {
        var use = next.IsSameDoor(_opened.Kinesis) ? _certificate?.Read() : null;
        use?.Invoke();

        // A port that others can reach keeps its keys where the new file, meant for another port, names none.
        if (next.Credentials.Count > 0 || IPAddress.IsLoopback(_server.EndPoint.Address))
        {
            Service.Access = new KinesisAccess(next.Credentials);
        }
    }

    /// <summary>From now on these streams are the configuration's: the API neither deletes nor changes them.</summary>
    public void Use(IReadOnlyList<StreamDefinition> streams) => _streams.Use(streams);

    /// <summary>Lets go of what is no longer used, and looks at the files, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TickPeriod, _time);
        for (var tick = 0; await timer.WaitForNextTickAsync(cancellationToken); tick++)
        {
            Service.Tick();
            if (tick % TicksPerLook == 0)
            {
                Look();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Service.Dispose();
    }

    /// <summary>Uses the certificate's files where they have changed since they were used last.</summary>
    public void Look()
    {
        if (_certificate is null)
        {
            return;
        }

        if (!_certificate.HasChanged)
        {
            _certificate.Failure = null;
            return;
        }

        try
        {
            _certificate.Read()();
            _logger.KinesisFilesRead(_certificate.What);
        }
        catch (ConfigException refused)
        {
            var failure = refused.Errors[0].ToString();
            if (_certificate.Failure != failure)
            {
                _certificate.Failure = failure;
                _logger.KinesisFilesRefused(_certificate.What, failure);
            }
        }
    }
}
