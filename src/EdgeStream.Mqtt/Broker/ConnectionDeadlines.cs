namespace EdgeStream.Mqtt;

/// <summary>When a connection has taken too long: until its CONNECT, over its login, over one packet.</summary>
/// <remarks>The read loop notes, the broker's tick asks. A packet may take <see
/// cref="MqttBrokerOptions.PacketTimeout"/> and a second for each KiB of it that has come: what trickles in more
/// slowly is held open on purpose.</remarks>
internal sealed class ConnectionDeadlines
{
    private const long None = long.MaxValue;

    private readonly MqttBrokerOptions _options;
    private readonly long _openedMs;
    private long _loginSinceMs = None;
    private long _partialSinceMs = None;
    private long _partialBytes;

    internal ConnectionDeadlines(MqttBrokerOptions options, long nowMs)
    {
        _options = options;
        _openedMs = nowMs;
    }

    /// <summary>Whether the login is being judged, or was.</summary>
    internal bool IsLoginUnderWay => Volatile.Read(ref _loginSinceMs) != None;

    /// <summary>The CONNECT is there: from here on its judgement is waited for.</summary>
    internal void BeginLogin(long nowMs) => Volatile.Write(ref _loginSinceMs, nowMs);

    /// <summary>How many bytes of an incomplete packet wait, after all whole ones were taken.</summary>
    internal void NotePartial(long waitingBytes, bool hasTakenPackets, long nowMs)
    {
        Volatile.Write(ref _partialBytes, waitingBytes);
        if (waitingBytes == 0)
        {
            Volatile.Write(ref _partialSinceMs, None);
        }
        else if (hasTakenPackets || _partialSinceMs == None)
        {
            Volatile.Write(ref _partialSinceMs, nowMs);
        }
    }

    /// <summary>Whether the CONNECT is overdue.</summary>
    internal bool IsConnectDue(long nowMs) =>
        Volatile.Read(ref _loginSinceMs) == None && nowMs - _openedMs > _options.ConnectTimeout.TotalMilliseconds;

    /// <summary>Whether the judgement of the login is overdue.</summary>
    internal bool IsLoginDue(long nowMs) =>
        Volatile.Read(ref _loginSinceMs) is not None and long sinceMs
        && nowMs - sinceMs > _options.LoginTimeout.TotalMilliseconds;

    /// <summary>Whether the rest of a packet is overdue.</summary>
    internal bool IsPacketDue(long nowMs) =>
        Volatile.Read(ref _partialSinceMs) is not None and long sinceMs
        && nowMs - sinceMs
            > _options.PacketTimeout.TotalMilliseconds + (Volatile.Read(ref _partialBytes) * 1000 / 1024);
}
