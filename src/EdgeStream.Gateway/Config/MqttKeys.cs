using EdgeStream.Mqtt;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of the MQTT server: listeners, who may do what, bounds; part of <see
/// cref="ConfigKeys"/>.</summary>
internal static class MqttKeys
{
    public static readonly SchemaScalar Address = Text("address", "127.0.0.1",
        "The address to listen on; 0.0.0.0 is every one. Anywhere but on the machine itself clients need a name, "
            + "unless 'anonymous' says otherwise.",
        Names.Address);
    public static readonly SchemaScalar Port = Integer("port", 1883, 0, 65535,
        "The TCP port of the MQTT listener; 0 picks a free one.");
    public static readonly SchemaScalar Anonymous = Choice("anonymous", "auto",
        "Whether clients may connect without a name: true, false, or auto, which is true on the machine itself as long "
            + "as there are no users.",
        "auto", "true", "false");
    public static readonly SchemaScalar WebSocket = SchemaScalar.Boolean("webSocket", true,
        "Whether MQTT is served at /mqtt of the HTTP port too.");

    public static readonly SchemaScalar PacketSizeMax = Size("packetSizeMax", "1MB", "256", "10MB",
        "The largest MQTT packet a client may send. Beyond 1MB only streams whose record size allows it take such a "
            + "message, and it isn't retained and reaches no session that is kept.");
    public static readonly SchemaScalar ReceiveMaximum = Integer("receiveMaximum", 1024, 1, 65535,
        "How many QoS 1 and 2 messages of one client may await their acknowledgement at once.");
    public static readonly SchemaScalar InFlightBytesMax = Size("inFlightBytesMax", "4MiB", "64KiB", "1GiB",
        "How many bytes of one client's messages may await being stored at once; beyond, the client is not read.");
    public static readonly SchemaScalar SendMaximum = Integer("sendMaximum", 256, 1, 65535,
        "How many QoS 1 and 2 messages are sent to one client before it acknowledges.");
    public static readonly SchemaScalar SessionQueueMax = Integer("sessionQueueMax", 10_000, 1, 1_000_000,
        "How many messages wait for one subscriber that is away or slow before new ones are dropped and counted.");
    public static readonly SchemaScalar SessionQueueBytesMax = Size("sessionQueueBytesMax", "8MiB", "64KiB", "1GiB",
        "How many bytes of messages wait for one subscriber that is away or slow.");
    public static readonly SchemaScalar QueueBytesTotalMax = Size("queueBytesTotalMax", "64MiB", "1MiB", "64GiB",
        "How many bytes of messages wait for all subscribers together.");
    public static readonly SchemaScalar SessionExpiryMax = Duration("sessionExpiryMax", "7d", "1s", "365d",
        "The longest time for which the session of a client that is away is kept.");
    public static readonly SchemaScalar SessionsMax = Integer("sessionsMax", 10_000, 1, 1_000_000,
        "How many sessions there may be. Beyond, the one that was left first ends; with all in use, clients are "
            + "refused.");
    public static readonly SchemaScalar RetainedMax = Integer("retainedMax", 100_000, 0, 10_000_000,
        "How many topics may hold a retained message.");
    public static readonly SchemaScalar RetainedBytesMax = Size("retainedBytesMax", "64MiB", "64KiB", "64GiB",
        "How many bytes all retained messages may take.");
    public static readonly SchemaScalar SubscriptionsPerSessionMax =
        Integer("subscriptionsPerSessionMax", 1_000, 1, 1_000_000, "How many subscriptions one session may have.");
    public static readonly SchemaScalar TopicAliasMaximum = Integer("topicAliasMaximum", 64, 0, 65535,
        "How many topic aliases a 5.0 client may use on its connection; 0 is none.");
    public static readonly SchemaScalar KeepAliveMax = Duration("keepAliveMax", "0", "0", "18h",
        "The longest keep-alive of 5.0 clients, which are told so; 0 leaves it to them.");
    public static readonly SchemaScalar SysTopicsInterval = Duration("sysTopicsInterval", "10s", "0", "1d",
        "How often the figures under $SYS/broker are published to who subscribes to them; 0 switches them off.");
    public static readonly SchemaScalar ConnectionsMax = Integer("connectionsMax", 12_000, 1, 1_000_000,
        "How many connections there may be; further ones are closed at once.");
    public static readonly SchemaScalar ConnectionsPerAddressMax =
        Integer("connectionsPerAddressMax", 0, 0, 1_000_000,
            "How many connections one address may have; 0 is no bound.");
    public static readonly SchemaScalar PublishRateMax = Integer("publishRateMax", 0, 0, 1_000_000,
        "How many messages a second one client may publish; a faster one is read more slowly. 0 is no bound.");
    public static readonly SchemaScalar PublishBytesRateMax = Size("publishBytesRateMax", "0", "0", "1GiB",
        "How many bytes a second one client may publish; a faster one is read more slowly. 0 is no bound.");
    public static readonly SchemaScalar ConnectTimeout = Duration("connectTimeout", "10s", "1s", "5m",
        "How long a connection may take until its CONNECT is there.");
    public static readonly SchemaScalar PacketTimeout = Duration("packetTimeout", "30s", "1s", "1h",
        "How long a packet may take to come in whole, beside a second for each KiB of it.");

    public static readonly SchemaScalar ConnectBytesTotalMax = Size("connectBytesTotalMax", "16MiB", "64KiB", "1GiB",
        "How many bytes of CONNECTs that are not whole yet are held for all connections together.");
    public static readonly SchemaScalar ResponseInformation = Text("responseInformation", "",
        "What 5.0 clients that ask for it are told as response information: what the topics on which they get answers "
            + "begin with; %c stands for the client identifier. Nothing by default.");

    public static readonly SchemaScalar PasswordFile = Text("passwordFile", null,
        "The file of users, a line name:hash each: what 'edgestream user' and mosquitto_passwd write.", Names.File);
    public static readonly SchemaScalar AclFile = Text("aclFile", null,
        "Who may do what, in the form of Mosquitto's acl_file.", Names.File);

    public static readonly SchemaScalar UseUsernameAsClientId = SchemaScalar.Boolean("useUsernameAsClientId", false,
        "Whether a client's identifier is its user's name, whatever it says itself, so that no user can take another's "
            + "session or name; clients without a name are then refused.");
    public static readonly SchemaScalar UnslowedNetworks = Text("unslowedNetworks", "",
        "Where failed logins don't slow the ones after them: addresses or networks, with commas in between, such as a "
            + "NAT's with many devices behind it.", Names.NetworksOrNone);

    public static readonly SchemaScalar AccessUser = Text("user", MqttAccessRule.Everyone,
        "Whom the rule is for: a user's name, anonymous (clients without a name) or * (everyone).");
    public static readonly SchemaScalar AccessTopic = RequiredText("topic",
        "A topic filter; %u stands for the user's name, %c for the client identifier.", MqttAccessRules.ProblemOf);
    public static readonly SchemaScalar AccessMay = Choice("may", "both",
        "What the rule allows on these topics.", "both", "publish", "subscribe", "nothing");
    public static readonly SchemaList Access = new("access",
        "Who may do what: the first rule that is for the user, matches the topic and speaks of the operation decides; "
            + "where none does, it is forbidden. Without rules everyone may do everything.",
        10_000, AccessUser, AccessTopic, AccessMay);

    public static readonly SchemaScalar ListenerName = RequiredText("name",
        "The listener's name, for the log.", Names.Id);
    public static readonly SchemaScalar Transport = Choice("transport", "tcp",
        "What connections are: tcp, tls, websocket, websocket-tls or unix.",
        "tcp", "tls", "websocket", "websocket-tls", "unix");
    public static readonly SchemaScalar ListenerAddress = Text("address", "127.0.0.1",
        "The address to listen on; 0.0.0.0 is every one.", Names.Address);
    public static readonly SchemaScalar ListenerPort = Integer("port", null, 0, 65535,
        "The TCP port; 0 picks a free one. Default: 1883 for tcp, 8883 for tls, 9001 and 9443 for websocket and "
            + "websocket-tls.");
    public static readonly SchemaScalar Path = Text("path", null,
        "Of unix the path of the socket; of websocket the path of the URL, by default /mqtt.");
    public static readonly SchemaScalar Mode = Text("mode", "0660",
        "Who may open the socket of unix, as chmod has it in octal.", Names.FileMode);
    public static readonly SchemaScalar ListenerAnonymous = Choice("anonymous", "auto",
        "Whether this listener takes clients without a name; auto as above, and false with 'proxyProtocol'.",
        "auto", "true", "false");
    public static readonly SchemaScalar ListenerConnectionsMax = Integer("connectionsMax", 1_000_000, 1, 1_000_000,
        "How many connections this listener takes.");
    public static readonly SchemaScalar ProxyProtocol = SchemaScalar.Boolean("proxyProtocol", false,
        "Whether each connection begins with a PROXY header (version 1 or 2), as load balancers write it.");
    public static readonly SchemaScalar TrustedProxies = Text("trustedProxies", "127.0.0.1, ::1",
        "With 'proxyProtocol', where such connections may come from: addresses or networks, with commas in between.",
        Names.Networks);
    public static readonly SchemaScalar Origins = Text("origins", "",
        "Of websocket the further web sites whose pages may connect, with commas in between; * is every one.");

    public static readonly SchemaScalar Certificate = RequiredText("certificate",
        "The PEM file of the server's certificate, then those between it and its root.", Names.File);
    public static readonly SchemaScalar Key = RequiredText("key",
        "The PEM file of its private key, not encrypted.", Names.File);
    public static readonly SchemaScalar ClientCa = Text("clientCa", null,
        "The PEM file of the authorities that client certificates are verified against.", Names.File);
    public static readonly SchemaScalar Revoked = Text("revoked", null,
        "The PEM file of these authorities' revocation lists (CRL): client certificates that are refused.", Names.File);
    public static readonly SchemaScalar RequireClientCertificate = SchemaScalar.Boolean(
        "requireClientCertificate", false, "Whether a client without a certificate is refused.");
    public static readonly SchemaScalar CertificateUser = Choice("certificateUser", "none",
        "What of a client's certificate is its user's name, which then needs no password: none, commonName, or "
            + "alternativeName (the first DNS name).",
        "none", "commonName", "alternativeName");
    public static readonly SchemaScalar MinimumVersion = Choice("minimumVersion", "1.2",
        "The least version of TLS.", "1.2", "1.3");
    public static readonly SchemaSection Tls = new("tls", "The certificates of tls and websocket-tls. Files that "
        + "change are read anew within seconds; connections stay.",
        Certificate, Key, ClientCa, Revoked, RequireClientCertificate, CertificateUser, MinimumVersion);

    public static readonly SchemaList Listeners = new("listeners",
        "Listeners beside the one of 'address' and 'port', which is left out where neither of these is set.",
        64, ListenerName, Transport, ListenerAddress, ListenerPort, Path, Mode, ListenerAnonymous,
        ListenerConnectionsMax, ProxyProtocol, TrustedProxies, Origins, Tls);

    public static readonly SchemaSection Section = new("mqtt", "The MQTT 3.1.1 and 5.0 server.", Address, Port,
        Anonymous, WebSocket, PacketSizeMax, ReceiveMaximum, InFlightBytesMax, SendMaximum, SessionQueueMax,
        SessionQueueBytesMax, QueueBytesTotalMax, SessionExpiryMax, SessionsMax, RetainedMax,
        RetainedBytesMax, SubscriptionsPerSessionMax, TopicAliasMaximum, KeepAliveMax, SysTopicsInterval,
        ConnectionsMax, ConnectionsPerAddressMax, PublishRateMax, PublishBytesRateMax, ConnectTimeout, PacketTimeout,
        ConnectBytesTotalMax, ResponseInformation, PasswordFile, AclFile, UseUsernameAsClientId, UnslowedNetworks,
        Access, Listeners);
}
