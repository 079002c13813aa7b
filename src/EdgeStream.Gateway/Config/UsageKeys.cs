using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of what a delivery may use of its link; part of <see cref="DeliverySchema"/>.</summary>
internal static class UsageKeys
{
    public static readonly SchemaScalar BreakerFailures = Integer("breakerFailures", 5, 0, 1000,
        "After so many failed attempts in a row one shard alone tries, until the destination is back; 0 is off.");
    public static readonly SchemaScalar BytesPerSecond = Size("bytesPerSecond", null, "1KiB", "1TiB",
        "All shards together send no more in a second, headers and TLS included. Default: what the link takes.");
    public static readonly SchemaScalar BytesPerMonth = Size("bytesPerMonth", null, "1MiB", "64TiB",
        "What may be sent and received in a calendar month (UTC); then the delivery waits. Default: no limit.");
    public static readonly SchemaScalar Windows = Texts("windows",
        "When it may begin to send, such as 22:00-06:00 and sat-sun 00:00-24:00, in local time. Default: always.");
    public static readonly SchemaScalar TimeZone = Text("timeZone", null,
        "The zone of the windows by its IANA name, such as Europe/Berlin. Default: the machine's.");
    public static readonly SchemaScalar RetryWithin = Duration("retryWithin", "60s", "500ms", "1h",
        "While the destination is away, the wait between attempts grows to this, unless it asks for more.");
    public static readonly SchemaScalar ProbeWithin = Duration("probeWithin", "1s", "10ms", "1h",
        "The same for what liveFirst tries of the newest records; shorter finds a link sooner and costs more of it.");
    public static readonly SchemaSection Section = new("link",
        "What the delivery may use of the link to its destination; not for folder.", BreakerFailures, BytesPerSecond,
        BytesPerMonth, Windows, TimeZone, RetryWithin, ProbeWithin);
}
