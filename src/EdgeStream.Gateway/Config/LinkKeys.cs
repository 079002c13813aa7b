using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of connections to other MQTT servers, as a source and as a destination; part of
/// <see cref="ConfigKeys"/>.</summary>
internal static class LinkKeys
{
    public static readonly SchemaScalar Url = RequiredText("url",
        "The server: mqtt://host:1883, or mqtts://host:8883 with TLS; the ports are the defaults.", LinkUrl.Problem);
    public static readonly SchemaScalar Version = Choice("version", "5.0", "The version of MQTT.", "5.0", "3.1.1");
    public static readonly SchemaScalar ClientId = Text("clientId", null,
        "The client identifier, under which the server keeps the session; no other client may have it. Default: "
            + "edgestream-<node.id>-<name>.");
    public static readonly SchemaScalar UserName = Text("username", null, "The user name.");
    public static readonly SchemaScalar Password = Text("password", null,
        "The password; better as ${NAME} from the environment, or by passwordFile.");
    public static readonly SchemaScalar PasswordFile = Text("passwordFile", null,
        "A file whose first line is the password.", Names.File);
    public static readonly SchemaScalar KeepAlive = Duration("keepAlive", "60s", "1s", "18h",
        "After how much silence the connection counts as dead.");
    public static readonly SchemaScalar SessionExpiry = Duration("sessionExpiry", "7d", "0", "365d",
        "How long the server is asked to keep the session while the gateway is away (5.0; with 3.1.1 the server "
            + "decides).");
    public static readonly SchemaScalar ConnectTimeout = Duration("connectTimeout", "10s", "1s", "5m",
        "How long connecting may take until the server has answered.");
    public static readonly SchemaScalar ReconnectMax = Duration("reconnectMax", "60s", "1s", "1h",
        "The longest wait before the next attempt to connect; the first comes within a second.");

    public static readonly SchemaScalar Authorities = Text("authorities", null,
        "The PEM file of the authorities that the server's certificate is verified against. Default: the machine's.",
        Names.File);
    public static readonly SchemaScalar Certificate = Text("certificate", null,
        "The PEM file of the gateway's certificate, then those between it and its root.", Names.File);
    public static readonly SchemaScalar Key = Text("key", null,
        "The PEM file of its private key, not encrypted.", Names.File);
    public static readonly SchemaScalar ServerName = Text("serverName", null,
        "The name that the server's certificate must have. Default: that of the URL.");
    public static readonly SchemaSection Tls = new("tls",
        "The certificates of mqtts and https. The server's is always verified; files are read anew at each connect.",
        Authorities, Certificate, Key, ServerName);

    public static readonly SchemaScalar Filter = RequiredText("filter",
        "A topic filter, with + and #; shared ones ($share/name/filter) too.", LinkUrl.FilterProblem);
    public static readonly SchemaScalar Qos = Integer("qos", 1, 0, 2,
        "The highest quality of service to ask for; 0 may lose messages on the way.");
    public static readonly SchemaList Subscriptions = new("subscriptions",
        "The topics to take over. Default: every topic (#) with QoS 1.", 256, Filter, Qos);
    public static readonly SchemaScalar ReceiveMaximum = Integer("receiveMaximum", 1000, 1, 65535,
        "How many QoS 1 and 2 messages may await being stored at once.");
    public static readonly SchemaScalar InFlightBytesMax = Size("inFlightBytesMax", "4MiB", "64KiB", "256MiB",
        "How many bytes of them; beyond, the server is not read.");
    public static readonly SchemaScalar PacketSizeMax = Size("packetSizeMax", "1MB", "1KiB", "1MB",
        "The largest packet that is taken.");
    public static readonly SchemaSection Source = new("mqtt", "Take messages from an MQTT server.",
        Url, Version, ClientId, UserName, Password, PasswordFile, Tls, Subscriptions, KeepAlive, SessionExpiry,
        ConnectTimeout, ReconnectMax, ReceiveMaximum, InFlightBytesMax, PacketSizeMax);

    public static readonly SchemaScalar SourceName = RequiredText("name",
        "The source's name, for status, metrics and log.", Names.Id);
    public static readonly SchemaList Sources = new("sources",
        "Where else readings come from: other MQTT servers, whose messages take the same routes as those published to "
            + "the gateway, Modbus devices, and sensors of the kernel.",
        32, SourceName, Source, ModbusKeys.Source, KernelKeys.Source);

    public static readonly SchemaScalar Topic = Text("topic", "{stream}/{key}",
        "The topic of a record: {stream}, {shard}, {key} (the device) and {delivery} are replaced.",
        LinkUrl.TopicProblem);
    public static readonly SchemaScalar SendQos = Integer("qos", 1, 0, 2,
        "The quality of service; with 0 a record counts as delivered when it is sent.");
    public static readonly SchemaScalar Retain = SchemaScalar.Boolean("retain", false,
        "Whether a record becomes its topic's retained message.");
    public static readonly SchemaScalar Payload = Choice("payload", "data",
        "What is sent: the record's data, or the whole line as in files, with stream, shard, sequence, key and times.",
        "data", "line");
    public static readonly SchemaScalar SendMaximum = Integer("sendMaximum", 100, 1, 65535,
        "How many messages may await their acknowledgement at once.");
    public static readonly SchemaScalar Timeout = Duration("timeout", "30s", "1s", "1h",
        "How long a batch may go without an acknowledgement before it counts as failed and is tried again.");
    public static readonly SchemaSection Destination = new("mqtt", "Deliver to an MQTT server, record by record.",
        Url, Version, ClientId, UserName, Password, PasswordFile, Tls, Topic, SendQos, Retain, Payload, SendMaximum,
        Timeout, KeepAlive, SessionExpiry, ConnectTimeout, ReconnectMax);
}
