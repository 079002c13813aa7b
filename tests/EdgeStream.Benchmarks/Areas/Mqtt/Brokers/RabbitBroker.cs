using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>RabbitMQ with its MQTT plugin; what no subscriber asked for goes to no queue.</summary>
internal static class RabbitBroker
{
    /// <summary>Starts it.</summary>
    public static Task<IBroker> StartAsync(TemporaryFolder folder)
    {
        var port = FreePort.Next();
        var config = folder.Write("rabbitmq.conf", string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.local = 127.0.0.1:{FreePort.Next()}
            mqtt.listeners.tcp.local = 127.0.0.1:{port}
            mqtt.allow_anonymous = true
            mqtt.default_user = guest
            mqtt.default_pass = guest
            distribution.listener.interface = 127.0.0.1
            """));
        var plugins = folder.Write("enabled_plugins", "[rabbitmq_mqtt].");
        var home = Directory.CreateDirectory(folder.Combine("home")).FullName;
        return PeerBroker.StartAsync(
            port,
            "rabbitmq-server",
            "/usr/bin/env",
            $"HOME={home}",
            "ERL_EPMD_ADDRESS=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"ERL_EPMD_PORT={FreePort.Next()}"),
            $"RABBITMQ_CONFIG_FILE={config}",
            $"RABBITMQ_ENABLED_PLUGINS_FILE={plugins}",
            $"RABBITMQ_MNESIA_BASE={folder.Combine("mnesia")}",
            $"RABBITMQ_LOG_BASE={folder.Combine("log")}",
            "RABBITMQ_NODENAME=bench@localhost",
            string.Create(CultureInfo.InvariantCulture, $"RABBITMQ_DIST_PORT={FreePort.Next()}"),
            "/usr/lib/rabbitmq/bin/rabbitmq-server");
    }
}
