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
        if (type != PacketType.Connect)
        {
            // [MQTT-3.1.0-1].
            Reject.ProtocolError($"The first packet is {type}, not CONNECT.");
        }

        if (body.Length > VersionOffset && body[VersionOffset] == (byte)MqttVersion.V500)
        {
            connection.Version = MqttVersion.V500;
        }

        var packet = ConnectPacket.Decode(flags, body);
        if (packet.AuthenticationMethod is not null)
        {
            Reject.With(MqttReasonCode.BadAuthenticationMethod, "Enhanced authentication is not supported.");
        }

        if (packet is { Version: MqttVersion.V311, ClientId: "", IsCleanStart: false })
        {
            // [MQTT-3.1.3-8] of 3.1.1.
            Reject.With(MqttReasonCode.ClientIdentifierNotValid, "An empty client identifier needs a clean session.");
        }

        return Accept(connection, packet);
    }

    /// <summary>Answers a CONNECT that is not accepted; 3.1.1 has no answer for a malformed one.</summary>
    internal static void WriteRefusal(
        IBufferWriter<byte> output, ServerConnection connection, MqttReasonCode reason, string detail)
    {
        bool hasAnswer = connection.Version == MqttVersion.V500
            || reason is not (MqttReasonCode.MalformedPacket or MqttReasonCode.ProtocolError
                or MqttReasonCode.PacketTooLarge or MqttReasonCode.TopicNameInvalid);
        if (hasAnswer)
        {
            new ConnackPacket { Reason = reason, ReasonString = detail }.Write(output, connection.Version);
        }
    }

    private static async ValueTask Accept(ServerConnection connection, ConnectPacket packet)
    {
        MqttBroker broker = connection.Broker;
        string clientId = packet.ClientId.Length > 0
            ? packet.ClientId
            : "auto-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(AssignedIdBytes));
        uint requestedSeconds = packet switch
        {
            { Version: MqttVersion.V500 } => packet.SessionExpirySeconds,
            { IsCleanStart: true } => 0,
            _ => uint.MaxValue,
        };
        uint expirySeconds = Math.Min(requestedSeconds, broker.Options.SessionExpirySecondsMax);
        SetTerms(connection, packet, clientId, requestedSeconds);

        var wills = new List<DueWill>();
        Session session;
        bool isPresent;
        session = broker.Sessions.Attach(
            connection, clientId, packet.IsCleanStart, expirySeconds, wills, out isPresent);
        broker.PublishWills(wills);
        connection.SetWill(packet.Will);
        connection.Session = session;
        if (session.IsPersistent)
        {
            await broker.Journal.FlushAsync().ConfigureAwait(false);
        }

        var answer = new ConnackPacket
        {
            IsSessionPresent = isPresent,
            ReceiveMaximum = (ushort)broker.Options.ReceiveMaximum,
            PacketSizeBytesMax = (uint)broker.Options.PacketSizeBytesMax,
            TopicAliasMaximum = broker.Options.TopicAliasMaximum,
            IsRetainAvailable = broker.Options.RetainedMessagesMax > 0,
            AssignedClientId = packet.ClientId.Length == 0 ? clientId : null,
            SessionExpirySeconds = expirySeconds != requestedSeconds ? expirySeconds : null,
            ServerKeepAliveSeconds =
                connection.KeepAliveSeconds != packet.KeepAliveSeconds ? (ushort)connection.KeepAliveSeconds : null,
        };
        using (PacketSender.Scope scope = connection.Sender.Begin())
        {
            if (scope.Output is { } output)
            {
                answer.Write(output, connection.Version);
            }
        }

        broker.Statistics.AddConnectionAccepted();
        Log.Connected(broker.Logger, clientId, connection.RemoteEndPoint, connection.Version);
        connection.Sender.Attach(connection);
    }

    private static void SetTerms(
        ServerConnection connection, ConnectPacket packet, string clientId, uint requestedExpirySeconds)
    {
        MqttBrokerOptions options = connection.Broker.Options;
        connection.Version = packet.Version;
        connection.ClientId = clientId;
        connection.RequestedExpirySeconds = requestedExpirySeconds;
        connection.DeliveryTerms = new DeliveryTerms(
            packet.Version, Math.Min(packet.ReceiveMaximum, options.SendMaximum), packet.PacketSizeBytesMax);
        int keepAliveSeconds = packet.KeepAliveSeconds;
        bool isTooLong = keepAliveSeconds == 0 || keepAliveSeconds > options.KeepAliveSecondsMax;
        connection.KeepAliveSeconds = packet.Version == MqttVersion.V500 && options.KeepAliveSecondsMax > 0 && isTooLong
            ? options.KeepAliveSecondsMax
            : keepAliveSeconds;
    }
}
