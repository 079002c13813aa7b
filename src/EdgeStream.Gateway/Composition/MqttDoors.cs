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
    private readonly IReadOnlyList<MqttListenerConfig> _opened;
    private readonly Dictionary<string, MqttTls> _tls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MqttListener> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WatchedFiles> _certificates = new(StringComparer.Ordinal);
    private WatchedFiles _access;
    private volatile string? _failure;

    /// <summary>Reads all files.</summary>
    /// <exception cref="ConfigException">One can't be read, or is wrong.</exception>
    public MqttDoors(GatewayConfig config, TimeProvider time, ILogger<MqttDoors> logger)
    {
        _opened = config.MqttListeners;
        _time = time;
        _logger = logger;
        Authenticator = new MqttPasswordAuthenticator(null, null, time);
        foreach (var listener in _opened)
        {
            if (listener.Tls is { } tls)
            {
                AddTls(listener.Name, tls);
            }
        }

        _access = FilesOf(config.MqttAccess);
        _access.Read()();
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
        foreach (var listener in _opened)
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

    /// <summary>Uses a new configuration's users and rules, and what its listeners say that can change while they are
    /// open.</summary>
    /// <remarks>Of a listener that differs in anything else, which stays open as it was, it only takes that clients
    /// need a name: what was meant for another address or another proxy opens no door.</remarks>
    /// <exception cref="ConfigException">A file can't be read, or is wrong; nothing has changed.</exception>
    public void Use(GatewayConfig next)
    {
        lock (_gate)
        {
            var access = FilesOf(next.MqttAccess);
            var uses = new List<Action> { access.Read() };
            foreach (var opened in _opened)
            {
                if (Find(next, opened.Name) is not { } listener)
                {
                    continue;
                }

                var isSame = listener.IsSameDoor(opened);
                if (isSame && _certificates.TryGetValue(opened.Name, out var certificates))
                {
                    uses.Add(certificates.Read());
                }

                if (_listeners.TryGetValue(opened.Name, out var open))
                {
                    uses.Add(() => open.IsAnonymousAllowed =
                        listener.IsAnonymousAllowed && (isSame || open.IsAnonymousAllowed));
                }
            }

            // All files have been read: from here nothing fails.
            foreach (var use in uses)
            {
                use();
            }

            _access = access;
            NoteFailure();
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

    /// <summary>Uses what has changed since it was used last.</summary>
    public void Look()
    {
        lock (_gate)
        {
            Look(_access);
            foreach (var certificates in _certificates.Values)
            {
                Look(certificates);
            }

            NoteFailure();
        }
    }

    /// <summary>What was refused is read again at every look: what is wrong may not show from outside.</summary>
    private void Look(WatchedFiles files)
    {
        if (!files.HasChanged)
        {
            files.Failure = null;
            return;
        }

        try
        {
            files.Read()();
            _logger.MqttFilesRead(files.What);
        }
        catch (ConfigException refused)
        {
            var failure = refused.Errors[0].ToString();
            if (files.Failure != failure)
            {
                files.Failure = failure;
                _logger.MqttFilesRefused(files.What, failure);
            }
        }
    }

    private void NoteFailure()
    {
        var failure = _access.Failure;
        foreach (var certificates in _certificates.Values)
        {
            failure ??= certificates.Failure;
        }

        _failure = failure;
    }

    private void AddTls(string name, MqttTlsConfig tls)
    {
        var used = new MqttTls(MqttFiles.OfMachine.ReadCertificates(tls))
        {
            IsClientCertificateRequired = tls.RequireClientCertificate,
            IsTls13Required = tls.IsTls13Required,
            CertificateUser = tls.CertificateUser,
        };
        var files = new WatchedFiles(
            $"certificates of listener '{name}'",
            () =>
            {
                var material = MqttFiles.OfMachine.ReadCertificates(tls);
                return () => used.Material = material;
            },
            tls.Certificate,
            tls.Key,
            tls.ClientCa,
            tls.Revoked);
        files.Read()();
        _tls.Add(name, used);
        _certificates.Add(name, files);
    }

    private WatchedFiles FilesOf(MqttAccessConfig access) => new(
        "users and rights",
        () =>
        {
            var files = MqttFiles.OfMachine;
            var users = access.PasswordFile is { } path ? files.ReadUsers(path) : null;
            var rules = files.RulesOf(access);
            return () =>
            {
                Authenticator.UnslowedNetworks = Names.NetworksOf(access.UnslowedNetworks);
                Authenticator.Rules = rules;
                Authenticator.Users = users;
            };
        },
        access.PasswordFile,
        access.AclFile);

    private static MqttListenerConfig? Find(GatewayConfig config, string name)
    {
        foreach (var listener in config.MqttListeners)
        {
            if (listener.Name == name)
            {
                return listener;
            }
        }

        return null;
    }
}
