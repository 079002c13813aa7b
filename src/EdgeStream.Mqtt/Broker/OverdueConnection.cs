namespace EdgeStream.Mqtt;

/// <summary>Closes an open connection on which something has taken too long.</summary>
/// <remarks>For the broker's tick, which runs beside the connection's read loop.</remarks>
internal static class OverdueConnection
{
    /// <summary>How long a client without a keep-alive may take nothing of what waits for it: five minutes.</summary>
    private const long UnreadMsMax = 5 * 60 * 1000;

    /// <summary>Closes it where its login, a packet, a sign of life, or its taking of what waits for it is
    /// overdue.</summary>
    internal static void Tick(ServerConnection connection, long nowMs)
    {
        if (connection.Session is null)
        {
            TickLogin(connection, nowMs);
        }
        else
        {
            TickSession(connection, nowMs);
        }
    }

    private static void TickLogin(ServerConnection connection, long nowMs)
    {
        MqttRefusals refusals = connection.Broker.Refusals;
        if (connection.Deadlines.IsConnectDue(nowMs))
        {
            refusals.Report(MqttRefusal.ConnectTimeout, $"{connection.RemoteEndPoint}", "no CONNECT came in time");
            connection.CloseQuietly();
        }
        else if (IsLoginForsaken(connection))
        {
            // In a storm of logins those that nobody waits for any more make room.
            connection.CloseQuietly();
        }
        else if (connection.Deadlines.IsLoginDue(nowMs))
        {
            refusals.Report(MqttRefusal.LoginsBusy, connection.ClientId, "its login took too long to be judged");
            connection.Close(MqttReasonCode.ServerBusy, "The login could not be judged in time.");
        }
    }

    /// <summary>Whether the client is gone while its login is judged. Nothing is read then; the session is there before
    /// anything is read again.</summary>
    private static bool IsLoginForsaken(ServerConnection connection) =>
        connection.Deadlines.IsLoginUnderWay
        && connection.Authentication is null
        && connection.IsPeerGone
        && connection.Session is null;

    private static void TickSession(ServerConnection connection, long nowMs)
    {
        PacketIntake intake = connection.Intake;
        MqttBroker broker = connection.Broker;
        long silenceMsMax = connection.KeepAliveSeconds * 1500L;
        if (intake.IsReading && connection.Deadlines.IsPacketDue(nowMs))
        {
            broker.Refusals.Report(MqttRefusal.SlowPacket, connection.ClientId, "a packet came in too slowly");
            connection.Close(MqttReasonCode.ProtocolError, "A packet came in too slowly.");
        }
        else if (silenceMsMax > 0 && intake.IsReading && nowMs - intake.LastReceivedMs > silenceMsMax)
        {
            // [MQTT-3.1.2-22]: one and a half times the keep-alive. While the socket isn't read, silence means nothing;
            // so when something came last is asked after that.
            broker.Statistics.AddProtocolError();
            connection.Close(
                MqttReasonCode.KeepAliveTimeout, "Nothing came for one and a half times the keep-alive.");
        }
        else if (!intake.IsReading && connection.IsReset)
        {
            // Nothing is read while the host has no room: the end shows here.
            connection.CloseQuietly();
        }
        else if (intake.IsUnreadFor(silenceMsMax > 0 ? silenceMsMax : UnreadMsMax, nowMs))
        {
            broker.Statistics.AddProtocolError();
            connection.Close(
                MqttReasonCode.KeepAliveTimeout, "Nothing that waits for the client could be sent for too long.");
        }
    }
}
