namespace EdgeStream.Mqtt;

/// <summary>The reason codes of MQTT 5.0 (section 2.4). Values of 0x80 and above are failures.</summary>
public enum MqttReasonCode : byte
{
    /// <summary>0x00: done. In SUBACK: granted QoS 0. In DISCONNECT: normal disconnection.</summary>
    Success = 0x00,

    /// <summary>0x01: granted QoS 1.</summary>
    GrantedQos1 = 0x01,

    /// <summary>0x02: granted QoS 2.</summary>
    GrantedQos2 = 0x02,

    /// <summary>0x04: the client disconnects and wants its will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>0x10: accepted, but nobody subscribes to the topic.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>0x11: there was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>0x18: authentication goes on.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>0x19: start over with authentication.</summary>
    ReAuthenticate = 0x19,

    /// <summary>0x80: a failure that no other code tells.</summary>
    UnspecifiedError = 0x80,

    /// <summary>0x81: the packet can't be parsed as the specification says.</summary>
    MalformedPacket = 0x81,

    /// <summary>0x82: the packet is well formed but not allowed here.</summary>
    ProtocolError = 0x82,

    /// <summary>0x83: valid, but this server doesn't do it.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>0x84: the server doesn't speak the version that was asked for.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>0x85: the client identifier is well formed but not allowed.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>0x86: user name or password are wrong.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>0x87: not allowed to do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>0x88: the server can't serve now.</summary>
    ServerUnavailable = 0x88,

    /// <summary>0x89: try again later.</summary>
    ServerBusy = 0x89,

    /// <summary>0x8A: banned.</summary>
    Banned = 0x8A,

    /// <summary>0x8B: the server is stopping.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>0x8C: the authentication method is not supported or not the one in use.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>0x8D: nothing was received for one and a half times the keep-alive.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>0x8E: another connection took the client identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>0x8F: the topic filter is well formed but not accepted.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>0x90: the topic name is well formed but not accepted.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>0x91: the packet identifier is in use.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>0x92: the packet identifier is not known.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>0x93: more unacknowledged messages than the receive maximum.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>0x94: the topic alias is zero or above the maximum.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>0x95: the packet is larger than the receiver accepts.</summary>
    PacketTooLarge = 0x95,

    /// <summary>0x96: messages come too fast.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>0x97: a bound of the implementation or the administrator is reached.</summary>
    QuotaExceeded = 0x97,

    /// <summary>0x98: the connection is closed by an administrator.</summary>
    AdministrativeAction = 0x98,

    /// <summary>0x99: the payload is not what its format indicator says.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>0x9A: the server keeps no retained messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>0x9B: the QoS is above the server's maximum.</summary>
    QosNotSupported = 0x9B,

    /// <summary>0x9C: use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>0x9D: use another server from now on.</summary>
    ServerMoved = 0x9D,

    /// <summary>0x9E: the server has no shared subscriptions.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>0x9F: connections come too fast.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>0xA0: the connection's longest time is over.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>0xA1: the server has no subscription identifiers.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>0xA2: the server has no wildcard subscriptions.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
