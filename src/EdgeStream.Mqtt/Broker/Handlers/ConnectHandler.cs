using System.Buffers;
using System.Security.Cryptography;

namespace EdgeStream.Mqtt;

/// <summary>CONNECT: version and terms agreed, a session attached, CONNACK sent, then messages flow.</summary>
internal static class ConnectHandler
{
    private const int VersionOffset = 6;
    private const int AssignedIdBytes = 10;

    internal static ValueTask Handle(ServerConnection connection, PacketType type, byte flags, ReadOnlySpan<byte> body)
    {
        if (connection.Authentication is not null)
        {
            return AuthHandler.HandleBeforeConnack(connection, type, flags, body);
        }

        if (type != PacketType.Connect)
        {
            // [MQTT-3.1.0-1].
            Reject.ProtocolError($"The first packet is {type}, not CONNECT.");
        }

        connection.IsConnectReceived = true;
        connection.Broker.Statistics.AddConnectReceived();

        if (body.Length > VersionOffset && body[VersionOffset] == (byte)MqttVersion.V500)
        {
            connection.Version = MqttVersion.V500;
        }

        var packet = ConnectPacket.Decode(flags, body);
        connection.DeliveryTerms = new DeliveryTerms(
            packet.Version,
            Math.Min(packet.ReceiveMaximum, connection.Broker.Options.SendMaximum),
            packet.PacketSizeBytesMax,
            packet.TopicAliasMaximum > 0 ? new OutboundAliases(packet.TopicAliasMaximum) : null);
        if (packet is { Version: MqttVersion.V311, ClientId: "", IsCleanStart: false })
        {
            // [MQTT-3.1.3-8] of 3.1.1.
            Reject.With(MqttReasonCode.ClientIdentifierNotValid, "An empty client identifier needs a clean session.");
        }

        if (packet is { Version: MqttVersion.V500, Will.Retain: true }
            && connection.Broker.Options.RetainedMessagesMax == 0)
        {
            // [MQTT-3.2.2-13].
            Reject.With(MqttReasonCode.RetainNotSupported, "The will is to be retained; that is switched off.");
        }

        return LogIn(connection, packet);
    }

    /// <summary>Answers a CONNECT that is not accepted; 3.1.1 has no answer for a malformed one.</summary>
    internal static void WriteRefusal(
        IBufferWriter<byte> output,
        ServerConnection connection,
        MqttReasonCode reason,
        string detail,
        string? serverReference)
    {
        bool hasAnswer = connection.Version == MqttVersion.V500
            || reason is not (MqttReasonCode.MalformedPacket or MqttReasonCode.ProtocolError
                or MqttReasonCode.PacketTooLarge or MqttReasonCode.TopicNameInvalid);
        if (!hasAnswer)
        {
            return;
        }

        // [MQTT-3.2.2-19]: the reason string only where it fits, and nothing where not even the rest does.
        var answer = new ConnackPacket
        {
            Reason = ConnackPacket.Sendable(reason),
            ReasonString = detail,
            ServerReference = serverReference,
        };
        DeliveryTerms terms = connection.DeliveryTerms;
        if (!terms.Takes(answer.Measure(connection.Version)))
        {
            answer.ReasonString = null;
        }

        if (!terms.Takes(answer.Measure(connection.Version)))
        {
            answer.ServerReference = null;
        }

        if (terms.Takes(answer.Measure(connection.Version)))
        {
            answer.Write(output, connection.Version);
        }
    }

    /// <summary>First who it is, then everything else: a client that may not connect changes nothing.</summary>
    private static async ValueTask LogIn(ServerConnection connection, ConnectPacket packet)
    {
        MqttBroker broker = connection.Broker;
        string clientId = ClientIdOf(connection, packet);
        connection.Version = packet.Version;
        if (packet.AuthenticationMethod is not null)
        {
            var known = new MqttLogin { ClientId = clientId, UserName = packet.UserName, Peer = connection.Peer };
            await AuthHandler.Begin(connection, packet, known).ConfigureAwait(false);
            return;
        }

        if (broker.Authenticator is { } authenticator)
        {
            var login = new MqttLogin
            {
                ClientId = clientId,
                UserName = packet.UserName,
                Password = packet.Password,
                Peer = connection.Peer,
            };
            connection.Deadlines.BeginLogin(broker.Clock.NowMs);
            MqttLoginResult result =
                await authenticator.AuthenticateAsync(login, connection.Closed).ConfigureAwait(false);
            connection.ForgetLoginToken();
            CryptographicOperations.ZeroMemory(packet.Password);
            if (connection.IsClosing || !IsAllowed(connection, packet, clientId, result))
            {
                return;
            }
        }

        if (!broker.Options.IsUserNameClientId || (clientId.Length > 0 && connection.UserName == clientId))
        {
            await Accept(connection, packet, clientId).ConfigureAwait(false);
            return;
        }

        RefuseWithoutName(connection, packet);
    }

    /// <summary>The client has no verified name, which is to be its identifier.</summary>
    internal static void RefuseWithoutName(ServerConnection connection, ConnectPacket packet)
    {
        connection.Broker.Refusals.Report(
            MqttRefusal.NameNeeded,
            $"{packet.ClientId} at {connection.RemoteEndPoint}",
            "it has no verified user name, which is to be its client identifier");
        connection.Close(MqttReasonCode.NotAuthorized, "The login was refused.");
    }

    /// <summary>What it calls itself, or one made up for it; where its user's name is to be its identifier, that
    /// name.</summary>
    private static string ClientIdOf(ServerConnection connection, ConnectPacket packet) =>
        connection.Broker.Options.IsUserNameClientId ? connection.Peer.CertificateUser ?? packet.UserName ?? ""
        : packet.ClientId.Length > 0 ? packet.ClientId
        : "auto-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(AssignedIdBytes));

    internal static bool IsAllowed(
        ServerConnection connection, ConnectPacket packet, string clientId, MqttLoginResult result)
    {
        MqttRefusals refusals = connection.Broker.Refusals;
        if (result.Redirection is { } redirection)
        {
            connection.Redirect(redirection);
            return false;
        }

        if (!result.IsAccepted)
        {
            refusals.Report(result.Refusal, $"{clientId} at {connection.RemoteEndPoint}", result.Detail);
            connection.Close(result.Reason, "The login was refused.");
            return false;
        }

        connection.UserName = result.UserName;
        connection.Rights = result.Rights;
        if (packet.Will is not { } will || result.Rights is not { } rights)
        {
            return true;
        }

        will.Rights = rights;
        if (rights.MayPublish(System.Text.Encoding.UTF8.GetBytes(will.Topic)))
        {
            return true;
        }

        refusals.Report(MqttRefusal.Will, clientId, $"it may not publish its will on '{will.Topic}'");
        connection.Close(MqttReasonCode.NotAuthorized, "The will's topic is not allowed.");
        return false;
    }

    internal static async ValueTask Accept(ServerConnection connection, ConnectPacket packet, string clientId)
    {
        MqttBroker broker = connection.Broker;
        if (broker.Redirection is { } redirection)
        {
            connection.Redirect(redirection);
            return;
        }

        uint requestedSeconds = packet switch
        {
            { Version: MqttVersion.V500 } => packet.SessionExpirySeconds,
            { IsCleanStart: true } => 0,
            _ => uint.MaxValue,
        };
        uint expirySeconds = Math.Min(requestedSeconds, broker.Options.SessionExpirySecondsMax);
        SetTerms(connection, packet, clientId, requestedSeconds);
        ConnackPacket answer = Answer(connection, packet, requestedSeconds, expirySeconds);
        if (!connection.DeliveryTerms.Takes(answer.Measure(packet.Version)))
        {
            Reject.With(
                MqttReasonCode.PacketTooLarge,
                $"The maximum packet size of {packet.PacketSizeBytesMax} bytes is too small for CONNACK.");
        }

        // Before the session has it as its owner: whoever takes the session over from then on finds the will. Without a
        // session nobody publishes it.
        connection.SetWill(packet.Will);
        var wills = new List<DueWill>();
        Session session = broker.Sessions.Attach(
            connection, clientId, packet.IsCleanStart, expirySeconds, wills, out bool isPresent);
        broker.PublishWills(wills);
        connection.Session = session;
        broker.Statistics.AddClient(1);
        if (session.IsPersistent && !await broker.Journal.TryFlushAsync().ConfigureAwait(false))
        {
            // The client was never connected: nothing is said in its name.
            connection.SetWill(null);
            connection.Close(MqttReasonCode.ServerUnavailable, "The session could not be stored.");
            return;
        }

        answer.IsSessionPresent = isPresent;
        using (PacketSender.Scope scope = connection.Sender.Begin())
        {
            if (scope.Output is { } output)
            {
                answer.Write(output, connection.Version);
                connection.IsAcknowledged = true;
            }
        }

        broker.Statistics.AddConnectionAccepted();
        Log.Connected(broker.Logger, clientId, connection.RemoteEndPoint, connection.Version);
        connection.Sender.Attach(connection);

        // Who redirects sets this and then looks for clients: one of the two sees the other.
        Interlocked.MemoryBarrier();
        if (broker.Redirection is { } begun)
        {
            connection.Redirect(begun);
        }
    }

    private static ConnackPacket Answer(
        ServerConnection connection, ConnectPacket packet, uint requestedExpirySeconds, uint expirySeconds)
    {
        MqttBrokerOptions options = connection.Broker.Options;
        string? responseInformation = packet.WantsResponseInformation ? options.ResponseInformation : null;
        return new ConnackPacket
        {
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            PacketSizeBytesMax = (uint)options.PacketSizeBytesMax,
            TopicAliasMaximum = options.TopicAliasMaximum,
            IsRetainAvailable = options.RetainedMessagesMax > 0,
            AssignedClientId = packet.ClientId.Length == 0 ? connection.ClientId : null,
            SessionExpirySeconds = expirySeconds != requestedExpirySeconds ? expirySeconds : null,
            ServerKeepAliveSeconds =
                connection.KeepAliveSeconds != packet.KeepAliveSeconds ? (ushort)connection.KeepAliveSeconds : null,
            ResponseInformation =
                responseInformation?.Replace("%c", connection.ClientId, StringComparison.Ordinal),
            AuthenticationMethod = connection.Authentication?.Method,
            AuthenticationData = connection.Authentication?.FinalData ?? default,
        };
    }

    private static void SetTerms(
        ServerConnection connection, ConnectPacket packet, string clientId, uint requestedExpirySeconds)
    {
        MqttBrokerOptions options = connection.Broker.Options;
        connection.Version = packet.Version;
        connection.ClientId = clientId;
        connection.RequestedExpirySeconds = requestedExpirySeconds;
        int keepAliveSeconds = packet.KeepAliveSeconds;
        bool isTooLong = keepAliveSeconds == 0 || keepAliveSeconds > options.KeepAliveSecondsMax;
        connection.KeepAliveSeconds = packet.Version == MqttVersion.V500 && options.KeepAliveSecondsMax > 0 && isTooLong
            ? options.KeepAliveSecondsMax
            : keepAliveSeconds;
    }
}
