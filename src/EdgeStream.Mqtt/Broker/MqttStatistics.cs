namespace EdgeStream.Mqtt;

/// <summary>The broker's counters since it was made. Readable at any time without locks; each is exact, together they
/// may be a moment apart.</summary>
public sealed class MqttStatistics
{
    private long _connections;
    private long _connectionsOpened;
    private long _connectsReceived;
    private long _connectionsAccepted;
    private long _sessions;
    private long _publishesReceived;
    private long _publishesRefused;
    private long _publishesDropped;
    private long _publishesSent;
    private long _bytesReceived;
    private long _publishBytesSent;
    private long _droppedQueueFull;
    private long _droppedExpired;
    private long _droppedTooLarge;
    private long _droppedOffline;
    private long _retainedRefused;
    private long _protocolErrors;
    private long _clients;
    private long _clientsMax;
    private long _clientsRedirected;
    private long _sessionsExpired;
    private long _packetsReceived;
    private long _controlPacketsSent;
    private long _bytesSent;
    private long _publishBytesReceived;

    /// <summary>Connections open now, whether or not their CONNECT came.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Connections that were opened, whether or not their CONNECT came.</summary>
    public long ConnectionsOpened => Volatile.Read(ref _connectionsOpened);

    /// <summary>CONNECT packets that began a connection, accepted or not.</summary>
    public long ConnectsReceived => Volatile.Read(ref _connectsReceived);

    /// <summary>Clients whose CONNECT was accepted.</summary>
    public long ConnectionsAccepted => Volatile.Read(ref _connectionsAccepted);

    /// <summary>Sessions there are now, with or without a connection.</summary>
    public long Sessions => Volatile.Read(ref _sessions);

    /// <summary>Clients connected now: sessions that have a connection.</summary>
    public long Clients => Volatile.Read(ref _clients);

    /// <summary>The most clients that were connected at the same time.</summary>
    public long ClientsMax => Volatile.Read(ref _clientsMax);

    /// <summary>Clients that were told another server, at their CONNECT or later.</summary>
    public long ClientsRedirected => Volatile.Read(ref _clientsRedirected);

    /// <summary>Sessions that ended because their expiry was over.</summary>
    public long SessionsExpired => Volatile.Read(ref _sessionsExpired);

    /// <summary>Packets of every type received.</summary>
    public long PacketsReceived => Volatile.Read(ref _packetsReceived);

    /// <summary>Packets of every type written to clients.</summary>
    public long PacketsSent => Volatile.Read(ref _controlPacketsSent) + PublishesSent;

    /// <summary>Bytes written to clients.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Bytes of the payloads received.</summary>
    public long PublishBytesReceived => Volatile.Read(ref _publishBytesReceived);

    /// <summary>Messages handed to the host.</summary>
    public long PublishesReceived => Volatile.Read(ref _publishesReceived);

    /// <summary>Messages the host refused.</summary>
    public long PublishesRefused => Volatile.Read(ref _publishesRefused);

    /// <summary>Of those, the ones that 3.1.1 clients were told to be received: the refusal was final, and 3.1.1 can't
    /// say so.</summary>
    public long PublishesDropped => Volatile.Read(ref _publishesDropped);

    /// <summary>PUBLISH packets written to subscribers, repetitions included.</summary>
    public long PublishesSent => Volatile.Read(ref _publishesSent);

    /// <summary>Bytes of whole packets received.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Bytes of the PUBLISH packets written to subscribers.</summary>
    public long PublishBytesSent => Volatile.Read(ref _publishBytesSent);

    /// <summary>Messages a subscriber missed because its queue was full.</summary>
    public long DroppedQueueFull => Volatile.Read(ref _droppedQueueFull);

    /// <summary>Messages a subscriber missed because they expired first.</summary>
    public long DroppedExpired => Volatile.Read(ref _droppedExpired);

    /// <summary>Messages a subscriber missed because they exceed its maximum packet size.</summary>
    public long DroppedTooLarge => Volatile.Read(ref _droppedTooLarge);

    /// <summary>QoS 0 messages that came while their subscriber was away.</summary>
    public long DroppedOffline => Volatile.Read(ref _droppedOffline);

    /// <summary>Messages that subscribers missed, for any of these reasons.</summary>
    public long MessagesMissed => DroppedQueueFull + DroppedExpired + DroppedTooLarge + DroppedOffline;

    /// <summary>Messages that were to be retained, but a bound forbade it.</summary>
    public long RetainedRefused => Volatile.Read(ref _retainedRefused);

    /// <summary>Connections ended because the client broke the protocol or a bound.</summary>
    public long ProtocolErrors => Volatile.Read(ref _protocolErrors);

    internal void OpenConnection()
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _connectionsOpened);
    }

    internal void CloseConnection() => Interlocked.Decrement(ref _connections);

    internal void AddConnectReceived() => Interlocked.Increment(ref _connectsReceived);

    internal void AddConnectionAccepted() => Interlocked.Increment(ref _connectionsAccepted);

    internal void SetSessions(int count) => Volatile.Write(ref _sessions, count);

    internal void AddClient(int change)
    {
        long clients = Interlocked.Add(ref _clients, change);
        long most = Volatile.Read(ref _clientsMax);
        while (clients > most)
        {
            most = Interlocked.CompareExchange(ref _clientsMax, clients, most) is var seen && seen == most
                ? clients
                : seen;
        }
    }

    internal void AddClientRedirected() => Interlocked.Increment(ref _clientsRedirected);

    internal void AddSessionExpired() => Interlocked.Increment(ref _sessionsExpired);

    internal void AddPublishesReceived(int publishes, long payloadBytes)
    {
        Interlocked.Add(ref _publishesReceived, publishes);
        Interlocked.Add(ref _publishBytesReceived, payloadBytes);
    }

    internal void AddSent(long bytes, int controlPackets)
    {
        Interlocked.Add(ref _bytesSent, bytes);
        if (controlPackets > 0)
        {
            Interlocked.Add(ref _controlPacketsSent, controlPackets);
        }
    }

    internal void AddPublishRefused() => Interlocked.Increment(ref _publishesRefused);

    internal long AddPublishDropped() => Interlocked.Increment(ref _publishesDropped);

    internal void AddPublishSent(int bytes)
    {
        Interlocked.Increment(ref _publishesSent);
        Interlocked.Add(ref _publishBytesSent, bytes);
    }

    internal void AddReceived(long bytes, int packets)
    {
        Interlocked.Add(ref _bytesReceived, bytes);
        Interlocked.Add(ref _packetsReceived, packets);
    }

    internal void AddDroppedQueueFull() => Interlocked.Increment(ref _droppedQueueFull);

    internal void AddDroppedExpired() => Interlocked.Increment(ref _droppedExpired);

    internal void AddDroppedTooLarge() => Interlocked.Increment(ref _droppedTooLarge);

    internal void AddDroppedOffline() => Interlocked.Increment(ref _droppedOffline);

    internal void AddRetainedRefused() => Interlocked.Increment(ref _retainedRefused);

    internal void AddProtocolError() => Interlocked.Increment(ref _protocolErrors);
}
