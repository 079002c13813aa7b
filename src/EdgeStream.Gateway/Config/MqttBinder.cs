using System.Net;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes listeners, rights and bounds of the MQTT server, and checks the files they name.</summary>
internal sealed class MqttBinder(ConfigReader reader, ConfigContext context)
{
    private const string WebSocketPath = "/mqtt";
    private const int UnixPathBytesMax = 107;

    /// <summary>Who may do what.</summary>
    public MqttAccessConfig BindAccess(ConfigValues mqtt)
    {
        var access = new MqttAccessConfig
        {
            PasswordFile = PathOf(mqtt, MqttKeys.PasswordFile),
            AclFile = PathOf(mqtt, MqttKeys.AclFile),
            UnslowedNetworks = mqtt.Text(MqttKeys.UnslowedNetworks),
            Rules = mqtt.List(MqttKeys.Access) is { } items ? [.. items.Select(RuleOf)] : null,
        };
        if (access.AclFile is not null && access.Rules is not null)
        {
            reader.Report(mqtt.At(MqttKeys.Access), "'access' and 'aclFile' exclude each other; use one of them");
        }

        if (access.PasswordFile is { } users)
        {
            Check(mqtt.At(MqttKeys.PasswordFile), files => files.ReadUsers(users));
        }

        if (access.AclFile is { } rules)
        {
            Check(mqtt.At(MqttKeys.AclFile), files => files.ReadRules(rules));
        }

        return access;
    }

    /// <summary>Every listener, that of the short form first.</summary>
    public IReadOnlyList<MqttListenerConfig> BindListeners(ConfigValues mqtt, ListenConfig shortForm, bool hasUsers)
    {
        var listeners = new List<MqttListenerConfig>();
        var items = mqtt.List(MqttKeys.Listeners) ?? [];
        var isSet = mqtt.Has(MqttKeys.Address) || mqtt.Has(MqttKeys.Port)
            || context.Overrides.MqttAddress is not null || context.Overrides.MqttPort is not null;
        if (items.Count == 0 || isSet)
        {
            listeners.Add(new MqttListenerConfig
            {
                Name = MqttListenerConfig.ShortForm,
                Transport = MqttTransport.Tcp,
                Listen = shortForm,
                IsAnonymousAllowed = IsAnonymousAllowed(mqtt, MqttKeys.Anonymous, hasUsers, IsOnMachine(shortForm)),
            });
            WarnOfNobody(mqtt, MqttKeys.Address, listeners[0], hasUsers);
        }

        var seen = new UniqueNames(reader, "listener");
        foreach (var item in items)
        {
            if (seen.Add(item, MqttKeys.ListenerName))
            {
                listeners.Add(BindListener(item, hasUsers));
                WarnOfNobody(item, MqttKeys.ListenerAddress, listeners[^1], hasUsers);
            }
        }

        return listeners;
    }

    /// <summary>Whether clients without a name may connect at the HTTP port.</summary>
    public static bool IsHttpAnonymous(ConfigValues mqtt, ListenConfig http, bool hasUsers) =>
        IsAnonymousAllowed(mqtt, MqttKeys.Anonymous, hasUsers, IsOnMachine(http));

    /// <summary>The bounds.</summary>
    public static MqttLimitsConfig BindLimits(ConfigValues mqtt) => new()
    {
        SessionsMax = mqtt.Integer(MqttKeys.SessionsMax),
        PacketSizeMax = (int)mqtt.Size(MqttKeys.PacketSizeMax),
        ReceiveMaximum = mqtt.Integer(MqttKeys.ReceiveMaximum),
        InFlightBytesMax = mqtt.Size(MqttKeys.InFlightBytesMax),
        SendMaximum = mqtt.Integer(MqttKeys.SendMaximum),
        SessionQueueMax = mqtt.Integer(MqttKeys.SessionQueueMax),
        SessionQueueBytesMax = mqtt.Size(MqttKeys.SessionQueueBytesMax),
        QueueBytesTotalMax = mqtt.Size(MqttKeys.QueueBytesTotalMax),
        SessionExpiryMax = mqtt.Duration(MqttKeys.SessionExpiryMax),
        RetainedMax = mqtt.Integer(MqttKeys.RetainedMax),
        RetainedBytesMax = mqtt.Size(MqttKeys.RetainedBytesMax),
        SubscriptionsPerSessionMax = mqtt.Integer(MqttKeys.SubscriptionsPerSessionMax),
        TopicAliasMaximum = mqtt.Integer(MqttKeys.TopicAliasMaximum),
        KeepAliveMax = mqtt.Duration(MqttKeys.KeepAliveMax),
        SysTopicsInterval = mqtt.Duration(MqttKeys.SysTopicsInterval),
        UseUsernameAsClientId = mqtt.Boolean(MqttKeys.UseUsernameAsClientId),
        ConnectionsMax = mqtt.Integer(MqttKeys.ConnectionsMax),
        ConnectionsPerAddressMax = mqtt.Integer(MqttKeys.ConnectionsPerAddressMax),
        PublishRateMax = mqtt.Integer(MqttKeys.PublishRateMax),
        PublishBytesRateMax = mqtt.Size(MqttKeys.PublishBytesRateMax),
        ConnectTimeout = mqtt.Duration(MqttKeys.ConnectTimeout),
        PacketTimeout = mqtt.Duration(MqttKeys.PacketTimeout),
        ConnectBytesTotalMax = mqtt.Size(MqttKeys.ConnectBytesTotalMax),
        ResponseInformation = mqtt.Text(MqttKeys.ResponseInformation),
    };

    private static MqttAccessRule RuleOf(ConfigValues item) => new()
    {
        User = item.Text(MqttKeys.AccessUser),
        Topic = item.Text(MqttKeys.AccessTopic),
        Access = item.Text(MqttKeys.AccessMay) switch
        {
            "publish" => MqttTopicAccess.Publish,
            "subscribe" => MqttTopicAccess.Subscribe,
            "nothing" => MqttTopicAccess.Nothing,
            _ => MqttTopicAccess.Both,
        },
    };

    private MqttListenerConfig BindListener(ConfigValues item, bool hasUsers)
    {
        var transport = item.Text(MqttKeys.Transport) switch
        {
            "tls" => MqttTransport.Tls,
            "websocket" => MqttTransport.WebSocket,
            "websocket-tls" => MqttTransport.WebSocketTls,
            "unix" => MqttTransport.Unix,
            _ => MqttTransport.Tcp,
        };
        var isUnix = transport == MqttTransport.Unix;
        Names.TryParseAddress(item.Text(MqttKeys.ListenerAddress), out var address);
        var listen = isUnix ? null : new ListenConfig(
            address, item.Has(MqttKeys.ListenerPort) ? item.Integer(MqttKeys.ListenerPort) : PortOf(transport));
        var isProxied = item.Boolean(MqttKeys.ProxyProtocol);
        var listener = new MqttListenerConfig
        {
            Name = item.Text(MqttKeys.ListenerName),
            Transport = transport,
            Listen = listen,
            Path = item.TextOrNull(MqttKeys.Path) is { } path ? isUnix ? System.IO.Path.GetFullPath(path) : path
                : isUnix ? "" : WebSocketPath,
            Mode = Names.FileModeOf(item.Text(MqttKeys.Mode)),
            IsAnonymousAllowed = IsAnonymousAllowed(
                item, MqttKeys.ListenerAnonymous, hasUsers, !isProxied && (listen is null || IsOnMachine(listen))),
            ConnectionsMax = item.Integer(MqttKeys.ListenerConnectionsMax),
            TrustedProxies = isProxied ? item.Text(MqttKeys.TrustedProxies) : null,
            Origins = item.Text(MqttKeys.Origins),
            Tls = BindTls(item, transport),
        };
        CheckPath(item, listener);
        return listener;
    }

    private void CheckPath(ConfigValues item, MqttListenerConfig listener)
    {
        if (listener.Transport == MqttTransport.Unix)
        {
            var size = System.Text.Encoding.UTF8.GetByteCount(listener.Path);
            if (size is 0 or > UnixPathBytesMax)
            {
                reader.Report(item.At(MqttKeys.Path),
                    $"the listener '{listener.Name}' needs 'path', the path of its socket, of at most "
                        + $"{UnixPathBytesMax} bytes");
            }
        }
        else if (listener.IsWebSocket && !listener.Path.StartsWith('/'))
        {
            reader.Report(item.At(MqttKeys.Path), $"'path' cannot be '{listener.Path}'; allowed: a path that begins "
                + "with /, such as /mqtt");
        }
    }

    private MqttTlsConfig? BindTls(ConfigValues item, MqttTransport transport)
    {
        var name = item.Text(MqttKeys.ListenerName);
        var isTls = transport is MqttTransport.Tls or MqttTransport.WebSocketTls;
        if (isTls != item.Has(MqttKeys.Tls))
        {
            reader.Report(item.At(MqttKeys.Tls), isTls
                ? $"the listener '{name}' needs 'tls' with 'certificate' and 'key'"
                : $"the listener '{name}' has 'tls', which only the transports tls and websocket-tls have");
            return null;
        }

        if (!isTls)
        {
            return null;
        }

        var values = item.Section(MqttKeys.Tls);
        var tls = new MqttTlsConfig
        {
            Certificate = PathOf(values, MqttKeys.Certificate) ?? "",
            Key = PathOf(values, MqttKeys.Key) ?? "",
            ClientCa = PathOf(values, MqttKeys.ClientCa),
            Revoked = PathOf(values, MqttKeys.Revoked),
            RequireClientCertificate = values.Boolean(MqttKeys.RequireClientCertificate),
            CertificateUser = values.Text(MqttKeys.CertificateUser) switch
            {
                "commonName" => MqttCertificateUser.CommonName,
                "alternativeName" => MqttCertificateUser.AlternativeName,
                _ => MqttCertificateUser.None,
            },
            IsTls13Required = values.Text(MqttKeys.MinimumVersion) == "1.3",
        };
        if (tls.ClientCa is null && (tls.RequireClientCertificate || tls.Revoked is not null
            || tls.CertificateUser != MqttCertificateUser.None))
        {
            reader.Report(values.Location,
                $"the listener '{name}' needs 'clientCa' to verify client certificates against");
        }

        if (tls.Certificate.Length > 0 && tls.Key.Length > 0)
        {
            Check(values.At(MqttKeys.Certificate), files => files.ReadCertificates(tls));
        }

        return tls;
    }

    /// <summary>Says at the key what is wrong with its file, or in the file where its lines are wrong.</summary>
    private void Check(ConfigLocation location, Action<MqttFiles> read)
    {
        if (context.MqttFiles is not { } files)
        {
            return;
        }

        try
        {
            read(files);
        }
        catch (ConfigException refused)
        {
            foreach (var error in refused.Errors)
            {
                if (error.Location.Line > 0)
                {
                    reader.Report(error.Location, error.Message);
                }
                else
                {
                    reader.Report(location, $"{error.Location.File}: {error.Message}");
                }
            }
        }
    }

    private void WarnOfNobody(ConfigValues values, SchemaScalar key, MqttListenerConfig listener, bool hasUsers)
    {
        var hasCertified = listener.Tls is { CertificateUser: not MqttCertificateUser.None };
        if (!listener.IsAnonymousAllowed && !hasUsers && !hasCertified)
        {
            reader.Warn(values.At(key), $"nobody can connect to the MQTT listener '{listener.Name}': it takes no "
                + "clients without a name, and there are no users. Name a file in 'mqtt.passwordFile', or say "
                + "'anonymous: true'");
        }
    }

    private string? PathOf(ConfigValues values, SchemaScalar key) =>
        values.TextOrNull(key) is { } path ? System.IO.Path.GetFullPath(path) : null;

    private static bool IsAnonymousAllowed(ConfigValues values, SchemaScalar key, bool hasUsers, bool isOnMachine) =>
        values.Text(key) switch
        {
            "true" => true,
            "false" => false,
            _ => isOnMachine && !hasUsers,
        };

    private static bool IsOnMachine(ListenConfig listen) => IPAddress.IsLoopback(listen.Address);

    private static int PortOf(MqttTransport transport) => transport switch
    {
        MqttTransport.Tls => 8883,
        MqttTransport.WebSocket => 9001,
        MqttTransport.WebSocketTls => 9443,
        _ => 1883,
    };
}
