namespace EdgeStream.Mqtt;

/// <summary>How a client connects and what it does with what it receives.</summary>
public sealed class MqttClientOptions
{
    private bool _cleanStart = true;

    /// <summary>The protocol version.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V500;

    /// <summary>The client identifier; empty lets the server choose.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Whether a session that the server has for the identifier ends first.</summary>
    public bool CleanStart
    {
        get => _cleanStart;
        init => _cleanStart = value;
    }

    /// <summary>Seconds after which silence counts as a dead connection; zero switches it off. The client pings by
    /// itself.</summary>
    public ushort KeepAliveSeconds { get; init; } = 60;

    /// <summary>How long the server keeps the session after the connection, in seconds (5.0 only).</summary>
    public uint SessionExpirySeconds { get; init; }

    /// <summary>Messages of QoS 1 and 2 taken before they are acknowledged (5.0 only). Not zero.</summary>
    public ushort ReceiveMaximum { get; init; } = 1024;

    /// <summary>The largest packet taken, in bytes.</summary>
    public int PacketSizeBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Whether the host takes messages that are too large without their end, which is read and dropped
    /// (3.1.1 only, whose servers can't be told a bound, and would send such a message for ever).</summary>
    /// <remarks>The topic and 64 KiB of the payload are handed over, and <see cref="MqttPublication.DroppedBytes"/>
    /// says what is missing. Without it, and with 5.0, such a packet ends the connection.</remarks>
    public bool TakesCutPayloads { get; init; }

    /// <summary>Publishes under way at most; the server may want fewer (5.0). Further ones wait. 1 to 65,535. With a
    /// <see cref="Session"/> that says it.</summary>
    public int SendMaximum { get; init; } = 1024;

    /// <summary>The user name; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>What the server publishes when the connection is lost.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>Called for each message, one after the other. It is acknowledged when the task completes, so that a
    /// slow
    /// receiver slows the server down. An exception ends the connection without acknowledging.</summary>
    public Func<MqttReceivedMessage, ValueTask>? Received { get; init; }

    /// <summary>Takes messages over in the place of <see cref="Received"/>, many under way at once: each is
    /// acknowledged when its receipt is accepted, in the order in which they came.</summary>
    /// <remarks>A refusal that is final (see <see cref="PublishOutcome.Refused"/>) is acknowledged, as the server would
    /// send the message for ever; any other ends the connection without an acknowledgement, so that the server sends
    /// it again on the next one. A deferred receipt holds the connection back.</remarks>
    public IMqttPublishHandler? Handler { get; init; }

    /// <summary>Bytes of messages taken before they are acknowledged; beyond, the server isn't read.</summary>
    public long InFlightBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Topic aliases that the server may use (5.0).</summary>
    public ushort TopicAliasMaximum { get; init; }

    /// <summary>What goes on over connections; null for a client that ends with its connection.</summary>
    public MqttClientSession? Session { get; init; }

    /// <summary>How TLS is done; null for none.</summary>
    public MqttClientTls? Tls { get; init; }

    /// <summary>The path of the server's WebSocket, usually <c>/mqtt</c>; null for MQTT without WebSocket.</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>Names and values that the server is told at the connect (5.0 only).</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Whether the server is asked for what the topics of answers should begin with (5.0 only); see
    /// <see cref="MqttClient.ResponseInformation"/>.</summary>
    public bool WantsResponseInformation { get; init; }

    /// <summary>Whether the server may say in words why it refuses something (5.0 only).</summary>
    public bool WantsProblemInformation { get; init; } = true;

    /// <summary>How the client proves who it is, step by step (5.0 only); null for user name and password.</summary>
    public IMqttClientAuthentication? Authentication { get; init; }

    /// <summary>Whether a session that the server has, and <see cref="Session"/> knows nothing of, is used all the
    /// same. Without it such a connection is closed [MQTT-3.2.2-4].</summary>
    /// <remarks>For a client whose process may restart, and that wants the messages that wait for it more than to know
    /// of each QoS 2 message whether it had it before the restart. It publishes nothing with QoS 2, or with
    /// <see cref="MqttReconnectOptions.IsFirstStartClean"/>.</remarks>
    public bool TakesUnknownSession { get; init; }

    /// <summary>How long connecting may take until CONNACK.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock and timer of the keep-alive.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The same with a clean start.</summary>
    internal MqttClientOptions WithCleanStart()
    {
        var copy = (MqttClientOptions)MemberwiseClone();
        copy._cleanStart = true;
        return copy;
    }
}
