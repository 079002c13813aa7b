using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>How the gateway connects to another MQTT server. Two that are equal are the same connection.</summary>
internal sealed record MqttLinkConfig
{
    /// <summary>The server's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>The certificates; null for plain TCP.</summary>
    public required MqttLinkTlsConfig? Tls { get; init; }

    /// <summary>The protocol version.</summary>
    public required MqttVersion Version { get; init; }

    /// <summary>The client identifier, under which the server keeps the session.</summary>
    public required string ClientId { get; init; }

    /// <summary>The user name; null for none.</summary>
    public required string? UserName { get; init; }

    /// <summary>The password; null for none.</summary>
    public required string? Password { get; init; }

    /// <summary>After how much silence a connection counts as dead.</summary>
    public required TimeSpan KeepAlive { get; init; }

    /// <summary>How long the server keeps the session while the gateway is away (5.0).</summary>
    public required TimeSpan SessionExpiry { get; init; }

    /// <summary>How long connecting may take.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>No attempt to connect comes later than this after the one before.</summary>
    public required TimeSpan ReconnectMax { get; init; }

    /// <summary>The place in a form a person recognises, without secrets.</summary>
    public string Target => $"{(Tls is null ? "mqtt" : "mqtts")}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>Without the password, which records would show.</summary>
    public override string ToString() => $"{Target} as {ClientId}";

    /// <summary>Makes the options of an attempt to connect, reading the certificates as they are now.</summary>
    /// <exception cref="ConfigException">A file can't be read, or is not what it should be.</exception>
    public MqttClientOptions OptionsOf(
        MqttClientSession session,
        TimeProvider time,
        IMqttPublishHandler? handler = null,
        MqttSourceConfig? source = null) => new()
    {
        Version = Version,
        ClientId = ClientId,
        CleanStart = false,

        // What waits there is worth more than to know whether a QoS 2 message of it came before a restart.
        TakesUnknownSession = true,
        SessionExpirySeconds = (uint)SessionExpiry.TotalSeconds,
        UserName = UserName,
        Password = Password,
        KeepAliveSeconds = (ushort)Math.Ceiling(KeepAlive.TotalSeconds),
        ConnectTimeout = ConnectTimeout,
        Tls = Tls is null ? null : MqttFiles.OfMachine.ReadClientCertificates(Tls),
        Session = session,
        Handler = handler,
        ReceiveMaximum = (ushort)(source?.ReceiveMaximum ?? 1),
        InFlightBytesMax = source?.InFlightBytesMax ?? 1,
        PacketSizeBytesMax = source?.PacketSizeMax ?? SizeOfAnswers,
        TakesCutPayloads = source is not null,
        Time = time,
    };

    /// <summary>What a server sends to a client that subscribes to nothing: 64 KiB are far more.</summary>
    private const int SizeOfAnswers = 64 * 1024;
}
