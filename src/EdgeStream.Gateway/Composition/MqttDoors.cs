using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Composition;

/// <summary>The ways in to the MQTT server: its listeners, and who is let in to do what.</summary>
/// <remarks>The files of users, rules and certificates are looked at every few seconds and read anew when they change;
/// what cannot be read leaves what counted before. Connections and sessions stay.</remarks>
internal sealed class MqttDoors : IDisposable
{
    /// <summary>The name under which the HTTP port's WebSocket stands in the log.</summary>
    public const string HttpName = "http";

    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ILogger<MqttDoors> _logger;
    private readonly Dictionary<string, MqttTls> _tls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MqttListener> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileStamp> _stamps = new(StringComparer.Ordinal);
    private GatewayConfig _config;
    private volatile string? _failure;

    /// <summary>Reads all files.</summary>
    /// <exception cref="ConfigException">One can't be read, or is wrong.</exception>
    public MqttDoors(GatewayConfig config, TimeProvider time, ILogger<MqttDoors> logger)
    {
        _config = config;
        _time = time;
        _logger = logger;
        Authenticator = new MqttPasswordAuthenticator(null, null, time);
        NoteStamps(config);
        foreach (var listener in config.MqttListeners)
        {
            if (listener.Tls is { } tls)
            {
                _tls.Add(listener.Name, new MqttTls(MqttFiles.OfMachine.ReadCertificates(tls))
                {
                    IsClientCertificateRequired = tls.RequireClientCertificate,
                    IsTls13Required = tls.IsTls13Required,
                    CertificateUser = tls.CertificateUser,
                });
            }
        }

        UseAccess(config.MqttAccess);
    }

    /// <summary>Decides who may do what.</summary>
    public MqttPasswordAuthenticator Authenticator { get; }

    /// <summary>Why files that have changed are not used; null when all are.</summary>
    public string? Failure => _failure;

    /// <summary>When the first of the certificates ends; null without TLS.</summary>
    public DateTimeOffset? CertificateEnd
    {
        get
        {
            DateTimeOffset? first = null;
            foreach (var tls in _tls.Values)
            {
                var end = tls.Material.ExpiresAt;
                first = first is null || end < first ? end : first;
            }

            return first;
        }
    }

    /// <summary>Makes the listeners of the configuration.</summary>
    public void Attach(MqttBroker broker)
    {
        foreach (var listener in _config.MqttListeners)
        {
            _listeners.Add(listener.Name, new MqttListener(broker, new MqttListenerOptions
            {
                Name = listener.Name,
                IsAnonymousAllowed = listener.IsAnonymousAllowed,
                ConnectionsMax = listener.ConnectionsMax,
                TrustedProxies = listener.ProxyNetworks,
                Tls = _tls.GetValueOrDefault(listener.Name),
            }));
        }
    }

    /// <summary>A listener by its name.</summary>
    public MqttListener this[string name] => _listeners[name];

    /// <summary>Uses a new configuration's users, rules and certificates, as far as its listeners are the
    /// same.</summary>
    /// <exception cref="ConfigException">A file can't be read, or is wrong; nothing has changed.</exception>
    public void Use(GatewayConfig next)
    {
        lock (_gate)
        {
            UseAccess(next.MqttAccess);
            foreach (var listener in next.MqttListeners)
            {
                if (listener.Tls is { } tls && _tls.TryGetValue(listener.Name, out var used))
                {
                    used.Material = MqttFiles.OfMachine.ReadCertificates(tls);
                }

                if (_listeners.TryGetValue(listener.Name, out var open))
                {
                    open.IsAnonymousAllowed = listener.IsAnonymousAllowed;
                }
            }

            _config = next;
            NoteStamps(next);
            _failure = null;
        }
    }

    /// <summary>Looks at the files until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookPeriod, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            Look();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Authenticator.Dispose();

    /// <summary>Uses what has changed since the last look.</summary>
    public void Look()
    {
        lock (_gate)
        {
            var access = _config.MqttAccess;
            if (HasChanged(access.PasswordFile) | HasChanged(access.AclFile))
            {
                Try("users and rights", () => UseAccess(access));
            }

            foreach (var listener in _config.MqttListeners)
            {
                if (listener.Tls is { } tls
                    && (HasChanged(tls.Certificate) | HasChanged(tls.Key) | HasChanged(tls.ClientCa))
                    && _tls.TryGetValue(listener.Name, out var used))
                {
                    Try($"certificates of listener '{listener.Name}'",
                        () => used.Material = MqttFiles.OfMachine.ReadCertificates(tls));
                }
            }
        }
    }

    private void Try(string what, Action use)
    {
        try
        {
            use();
            _failure = null;
            _logger.MqttFilesRead(what);
        }
        catch (ConfigException refused)
        {
            _failure = refused.Errors[0].ToString();
            _logger.MqttFilesRefused(what, _failure);
        }
    }

    private void UseAccess(MqttAccessConfig access)
    {
        var files = MqttFiles.OfMachine;
        var users = access.PasswordFile is { } path ? files.ReadUsers(path) : null;
        var rules = files.RulesOf(access);
        Authenticator.Rules = rules;
        Authenticator.Users = users;
    }

    private bool HasChanged(string? path)
    {
        if (path is null)
        {
            return false;
        }

        var stamp = FileStamp.Of(path);
        var isSame = _stamps.TryGetValue(path, out var known) && known == stamp;
        _stamps[path] = stamp;
        return !isSame;
    }

    private void NoteStamps(GatewayConfig config)
    {
        _ = HasChanged(config.MqttAccess.PasswordFile) | HasChanged(config.MqttAccess.AclFile);
        foreach (var listener in config.MqttListeners)
        {
            if (listener.Tls is { } tls)
            {
                _ = HasChanged(tls.Certificate) | HasChanged(tls.Key) | HasChanged(tls.ClientCa);
            }
        }
    }
}
