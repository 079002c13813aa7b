namespace EdgeStream.Mqtt;

/// <summary>AUTH, and a CONNECT with an authentication method: the host decides step by step, before CONNACK and again
/// later (MQTT 5.0 section 4.12).</summary>
internal static class AuthHandler
{
    /// <summary>A CONNECT names a method: the exchange begins, or the method is refused.</summary>
    internal static ValueTask Begin(ServerConnection connection, ConnectPacket packet, MqttLogin login)
    {
        var authentication = new ConnectionAuthentication(packet.AuthenticationMethod!, login, packet);
        connection.Authentication = authentication;
        Start(connection, authentication);
        connection.Deadlines.BeginLogin(connection.Broker.Clock.NowMs);
        return ContinueAsync(connection, authentication, packet.AuthenticationData);
    }

    /// <summary>A packet between CONNECT and CONNACK: only AUTH goes on, DISCONNECT ends it [MQTT-3.1.2-30].</summary>
    internal static ValueTask HandleBeforeConnack(
        ServerConnection connection, PacketType type, byte flags, ReadOnlySpan<byte> body)
    {
        if (type == PacketType.Disconnect)
        {
            connection.CloseQuietly();
            return default;
        }

        if (type != PacketType.Auth)
        {
            Reject.ProtocolError($"{type} came before the authentication was over.");
        }

        return Handle(connection, flags, body);
    }

    internal static ValueTask Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body)
    {
        if (connection.Version != MqttVersion.V500 || connection.Authentication is not { } authentication)
        {
            // [MQTT-4.12.0-7].
            Reject.ProtocolError("AUTH came from a client that named no authentication method.");
            return default;
        }

        AuthPacket packet = AuthPacket.Decode(flags, body);
        if (packet.Method != authentication.Method)
        {
            // [MQTT-4.12.0-5] [MQTT-4.12.1-1].
            Reject.ProtocolError("AUTH has another authentication method than CONNECT.");
        }

        bool isAgain = packet.Reason == MqttReasonCode.ReAuthenticate && authentication.Connect is null;
        if (isAgain && authentication.Exchange is null)
        {
            Start(connection, authentication);
        }
        else if (packet.Reason != MqttReasonCode.ContinueAuthentication || authentication.Exchange is null)
        {
            // [MQTT-4.12.0-3].
            Reject.ProtocolError($"AUTH with reason code 0x{(byte)packet.Reason:X2} is not what is waited for.");
        }

        return ContinueAsync(connection, authentication, packet.Data);
    }

    private static void Start(ServerConnection connection, ConnectionAuthentication authentication)
    {
        authentication.Exchange =
            connection.Broker.EnhancedAuthenticator?.Begin(authentication.Method, authentication.Login);
        if (authentication.Exchange is null)
        {
            // [MQTT-4.12.0-1].
            Reject.With(
                MqttReasonCode.BadAuthenticationMethod,
                "The authentication method is not supported.");
        }
    }

    private static async ValueTask ContinueAsync(
        ServerConnection connection, ConnectionAuthentication authentication, ReadOnlyMemory<byte> data)
    {
        MqttAuthenticationStep step =
            await authentication.Exchange!.ContinueAsync(data, connection.Closed).ConfigureAwait(false);
        if (connection.IsClosing)
        {
            return;
        }

        if (step.Result is not { } result)
        {
            Send(connection, new AuthPacket(
                MqttReasonCode.ContinueAuthentication, authentication.Method, step.Data));
            return;
        }

        authentication.Exchange = null;
        if (authentication.Connect is { } connect)
        {
            authentication.FinalData = step.Data;
            await AcceptFirstAsync(connection, authentication, connect, result).ConfigureAwait(false);
            return;
        }

        AcceptAgain(connection, authentication, result, step.Data);
    }

    /// <summary>The name that the exchange has verified is the identifier where a name is to be it: CONNECT's is only a
    /// claim.</summary>
    private static async ValueTask AcceptFirstAsync(
        ServerConnection connection,
        ConnectionAuthentication authentication,
        ConnectPacket connect,
        MqttLoginResult result)
    {
        bool isNameNeeded = connection.Broker.Options.IsUserNameClientId;
        string clientId = isNameNeeded ? result.UserName ?? "" : authentication.Login.ClientId;
        if (!ConnectHandler.IsAllowed(connection, connect, clientId, result))
        {
            return;
        }

        if (isNameNeeded && clientId.Length == 0)
        {
            ConnectHandler.RefuseWithoutName(connection, connect);
            return;
        }

        authentication.Connect = null;
        await ConnectHandler.Accept(connection, connect, clientId).ConfigureAwait(false);
    }

    private static void AcceptAgain(
        ServerConnection connection,
        ConnectionAuthentication authentication,
        MqttLoginResult result,
        ReadOnlyMemory<byte> data)
    {
        if (result.Redirection is { } redirection)
        {
            connection.Redirect(redirection);
            return;
        }

        if (!result.IsAccepted || result.UserName != connection.UserName)
        {
            // [MQTT-4.12.1-2].
            MqttReasonCode reason = result.IsAccepted ? MqttReasonCode.NotAuthorized : result.Reason;
            connection.Broker.Refusals.Report(result.Refusal, connection.ClientId, result.Detail);
            connection.Close(DisconnectPacket.Sendable(reason), "The re-authentication was refused.");
            return;
        }

        connection.ChangeRights(result.Rights);
        Send(connection, new AuthPacket(MqttReasonCode.Success, authentication.Method, data));
    }

    private static void Send(ServerConnection connection, AuthPacket packet)
    {
        if (!connection.DeliveryTerms.Takes(packet.Measure()))
        {
            Reject.With(MqttReasonCode.PacketTooLarge, "AUTH exceeds the client's maximum packet size.");
        }

        using (PacketSender.Scope scope = connection.Sender.Begin())
        {
            if (scope.Output is { } output)
            {
                packet.Write(output);
            }
        }

        connection.Sender.Wake();
    }
}
