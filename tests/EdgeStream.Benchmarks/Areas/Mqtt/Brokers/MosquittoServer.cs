using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>Mosquitto with its limits lifted; persistence saves every second and at the end.</summary>
internal static class MosquittoServer
{
    /// <summary>Starts it.</summary>
    public static Task<IBroker> StartAsync(TemporaryFolder folder, bool isPersistent)
    {
        var port = FreePort.Next();
        var persistence = isPersistent
            ? $"persistence true\npersistence_location {folder.Path}/\nautosave_interval 1"
            : "persistence false";
        var config = folder.Write("mosquitto.conf", string.Create(CultureInfo.InvariantCulture, $"""
            listener {port} 127.0.0.1
            allow_anonymous true
            {persistence}
            set_tcp_nodelay true
            max_inflight_messages 0
            max_queued_messages 0
            user root
            """));
        return PeerBroker.StartAsync(port, "mosquitto", "/usr/sbin/mosquitto", "-c", config);
    }
}
