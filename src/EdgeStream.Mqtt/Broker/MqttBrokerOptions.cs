namespace EdgeStream.Mqtt;

/// <summary>The broker's bounds. Each is a bound on memory or time that a client can take.</summary>
public sealed class MqttBrokerOptions
{
    /// <summary>The largest packet accepted, in bytes: 1 MiB. Larger ones end the connection.</summary>
    public int PacketSizeBytesMax { get; init; } = 1024 * 1024;

    /// <summary>The largest message in bytes (topic, payload and properties) that is retained or kept for a session
    /// that outlives its connection, where there is a state store: 1 MiB and 128 KiB. Larger ones are not retained and
    /// don't reach such a session, which is counted.</summary>
    public int KeptMessageSizeBytesMax { get; init; } = (1024 + 128) * 1024;

    /// <summary>Messages of one connection that may be with the host at once; 5.0 clients are told as receive maximum.
    /// 1 to 65,535.</summary>
    public int ReceiveMaximum { get; init; } = 1024;

    /// <summary>Bytes of one connection's messages that may be with the host at once: 4 MiB. One message may exceed
    /// it.</summary>
    public long InFlightBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Messages of QoS 1 and 2 sent to one client before it acknowledges; a 5.0 client may want fewer. 1 to
    /// 65,535.</summary>
    public int SendMaximum { get; init; } = 256;

    /// <summary>Topic aliases a client may use on a connection.</summary>
    public ushort TopicAliasMaximum { get; init; } = 64;

    /// <summary>What a 5.0 client that asks for it is told as response information: what the topics on which it gets
    /// answers should begin with; <c>%c</c> stands for its client identifier. Null tells nothing.</summary>
    public string? ResponseInformation { get; init; }

    /// <summary>The longest keep-alive in seconds that 5.0 clients are held to; zero leaves it to them.</summary>
    public ushort KeepAliveSecondsMax { get; init; }

    /// <summary>The longest that a session outlives its connection, in seconds: seven days. Also the expiry of 3.1.1's
    /// kept sessions.</summary>
    public uint SessionExpirySecondsMax { get; init; } = 7 * 24 * 60 * 60;

    /// <summary>Sessions in all. Beyond, the one that was left first ends: of the same user or, without a name, of the
    /// same address; where there is none, of all. With all in use, CONNECT is refused.</summary>
    public int SessionsMax { get; init; } = 10_000;

    /// <summary>Subscriptions of one session. Beyond, SUBSCRIBE is refused.</summary>
    public int SubscriptionsPerSessionMax { get; init; } = 1_000;

    /// <summary>Messages that wait for one client. Beyond, what comes is dropped and counted; QoS 0 may use
    /// half.</summary>
    public int QueuedMessagesMax { get; init; } = 10_000;

    /// <summary>Bytes of the messages that wait for one client: 8 MiB.</summary>
    public long QueuedBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of the messages that wait for clients or are not acknowledged by them, over all sessions: 64 MiB.
    /// A message counts once for each session, and so does what was written for a client that doesn't read. Beyond,
    /// what comes is dropped and counted; QoS 0 may use half.</summary>
    public long QueuedBytesTotalMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Retained messages in all. Beyond, new topics are not retained, and that is counted.</summary>
    public int RetainedMessagesMax { get; init; } = 100_000;

    /// <summary>Bytes of all retained messages: 64 MiB.</summary>
    public long RetainedBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>How often the figures under <c>$SYS/</c> are published to who subscribes to them; zero switches them
    /// off.</summary>
    public TimeSpan SysTopicsInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a client's identifier is its verified user name, whatever its CONNECT says: then no user can
    /// take over or end another's session, and has one session itself. Clients without a verified name are
    /// refused.</summary>
    public bool IsUserNameClientId { get; init; }

    /// <summary>Connections in all, those without a CONNECT included. Beyond, a connection is closed at once.</summary>
    public int ConnectionsMax { get; init; } = 12_000;

    /// <summary>Connections of one address; of IPv6 addresses, of a network of 64 bits. Zero is no bound.</summary>
    public int ConnectionsPerAddressMax { get; init; }

    /// <summary>Messages a second that one client may publish, a second's worth at once; a faster one is read more
    /// slowly, not refused. Zero is no bound.</summary>
    public int PublishesPerSecondMax { get; init; }

    /// <summary>The same in bytes of PUBLISH packets a second. Zero is no bound.</summary>
    public long PublishBytesPerSecondMax { get; init; }

    /// <summary>How long a connection may take until its whole CONNECT is there.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of CONNECTs that are not whole yet, over all connections: 16 MiB. The first 4 KiB of each are
    /// free; beyond the bound a connection is closed.</summary>
    public long ConnectBytesTotalMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a login may take to be judged.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a packet may take to come in whole, beside a second for each KiB of it that has
    /// come.</summary>
    public TimeSpan PacketTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection that ends may take to send its last bytes.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
