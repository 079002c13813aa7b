namespace EdgeStream.Mqtt;

/// <summary>What a client was refused, and why.</summary>
public enum MqttRefusal
{
    /// <summary>A connection: there are as many as the broker or the listener takes.</summary>
    Connections,

    /// <summary>A connection: its address has as many as one may have.</summary>
    ConnectionsOfAddress,

    /// <summary>A connection: no proxy header where one is due, or from an address that is not trusted.</summary>
    ProxyHeader,

    /// <summary>A connection: the TLS handshake failed, or the certificate is missing or not trusted.</summary>
    TlsHandshake,

    /// <summary>A connection: no CONNECT in time.</summary>
    ConnectTimeout,

    /// <summary>A connection: a packet that came in too slowly.</summary>
    SlowPacket,

    /// <summary>A login: no user name where one is needed.</summary>
    NameNeeded,

    /// <summary>A login: an unknown name or a wrong password.</summary>
    BadLogin,

    /// <summary>A login: its address has too many that wait after failed ones.</summary>
    LoginsTooFast,

    /// <summary>A login: too many are being verified.</summary>
    LoginsBusy,

    /// <summary>A login: the client identifier is another user's.</summary>
    ClientIdentifier,

    /// <summary>A login: its will's topic is not the client's to publish on.</summary>
    Will,

    /// <summary>A message: its topic is not the client's to publish on.</summary>
    Publish,

    /// <summary>A subscription to nothing that the client may receive.</summary>
    Subscribe,

    /// <summary>A message that a subscription matches and the client may not receive.</summary>
    Receive,

    /// <summary>A WebSocket: another site's page, a wrong subprotocol, or a text frame.</summary>
    WebSocket,
}
