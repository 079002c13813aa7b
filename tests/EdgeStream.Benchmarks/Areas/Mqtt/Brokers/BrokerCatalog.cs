namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>All that take part; the gateway with fsync is the subject.</summary>
internal static class BrokerCatalog
{
    /// <summary>What goals compare with.</summary>
    public const string Mosquitto = "Mosquitto, no persistence";

    /// <summary>Everyone, the subject first.</summary>
    public static IReadOnlyList<BrokerKind> All { get; } =
    [
        new("EdgeStream, fsync", folder => GatewayBroker.StartAsync(folder, "fsync")),
        new("EdgeStream, os", folder => GatewayBroker.StartAsync(folder, "os")),
        new(Mosquitto, folder => MosquittoServer.StartAsync(folder, isPersistent: false)),
        new("Mosquitto, persistence", folder => MosquittoServer.StartAsync(folder, isPersistent: true)),
        new("NATS", NatsBroker.StartAsync),
        new("RabbitMQ", RabbitBroker.StartAsync),
        new("aedes", AedesBroker.StartAsync),
    ];
}
