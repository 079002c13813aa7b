using EdgeStream.Delivery;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of NATS JetStream as a destination; part of <see cref="DeliverySchema"/>.</summary>
internal static class NatsKeys
{
    public static readonly SchemaScalar Url = RequiredText("url",
        "The servers of the cluster, with commas in between: nats://host:4222, or tls://host:4222 with TLS.");
    public static readonly SchemaScalar Subject = Text("subject", "{stream}.{key}",
        "The subject of a record: {stream}, {shard}, {key} (the device) and {delivery} are replaced.");
    public static readonly SchemaScalar StreamName = Text("streamName", null,
        "The stream that must take the messages. Default: whichever takes the subject.");
    public static readonly SchemaScalar SendMaximum = Integer("sendMaximum", 256, 1,
        NatsDestinationOptions.SendMaximumMax, "How many messages may await their acknowledgement at once.");
    public static readonly SchemaScalar Timeout = Duration("timeout", "30s", "1s", "1h",
        "Connecting, and all acknowledgements of so many messages, end within this.");
    public static readonly SchemaSection Section = new("nats", "Deliver to NATS JetStream, record by record.",
        Url, Subject, StreamName, AwsKeys.Order, ServerKeys.Payload, ServerKeys.UserName, ServerKeys.Password,
        ServerKeys.PasswordFile, ServerKeys.Token, ServerKeys.TokenFile, LinkKeys.Tls, SendMaximum, Timeout);
}
