namespace EdgeStream.Mqtt;

/// <summary>A client's side of a session, which goes on over connections: what is not acknowledged yet, both
/// ways.</summary>
/// <remarks>
/// Given to one client after the other by <see cref="MqttClientOptions.Session"/>, never to two at the same time, with
/// the same client identifier and no clean start. In memory: after a restart of the process a session begins anew.
/// Publishes that wait for their acknowledgement wait on when a connection is lost: the next one sends them again, as
/// duplicates, if the server still has the session, and they fail if it doesn't.
/// </remarks>
public sealed class MqttClientSession : IDisposable
{
    /// <param name="sendMaximum">Publishes under way at most, 1 to 65,535; further ones wait.</param>
    public MqttClientSession(int sendMaximum = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sendMaximum, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sendMaximum, ushort.MaxValue);
        Outbound = new ClientOutbound(Ids, sendMaximum);
    }

    /// <summary>What was received and sent so far.</summary>
    public MqttClientCounters Counters { get; } = new();

    /// <summary>Messages of QoS 1 and 2 that were published and aren't acknowledged.</summary>
    public int UnacknowledgedPublishes => Outbound.Count;

    /// <summary>Whether a server has accepted a client of it: from then on a session that the server has is this
    /// one.</summary>
    internal bool HasBegun { get; set; }

    internal PacketIds Ids { get; } = new();

    internal ClientOutbound Outbound { get; }

    internal ClientInbound Inbound { get; } = new();

    /// <summary>Fails every publish that still waits. Call it when no client uses the session any more.</summary>
    public void Dispose() =>
        Outbound.End(new IOException("The MQTT session was given up before the answer came."), isSessionKept: false);
}
