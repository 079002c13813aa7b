using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>NATS with its MQTT door: QoS 1 goes through JetStream's file store, synced every two minutes.</summary>
internal static class NatsBroker
{
    /// <summary>Starts it.</summary>
    public static Task<IBroker> StartAsync(TemporaryFolder folder)
    {
        var port = FreePort.Next();
        var config = folder.Write("nats.conf", string.Create(CultureInfo.InvariantCulture, $$"""
            server_name: "bench"
            host: 127.0.0.1
            port: {{FreePort.Next()}}
            jetstream { store_dir: "{{folder.Path}}/jetstream" }
            mqtt { host: 127.0.0.1, port: {{port}}, max_ack_pending: 65535 }
            """));
        return PeerBroker.StartAsync(port, "nats-server", "/usr/sbin/nats-server", "-c", config);
    }
}
