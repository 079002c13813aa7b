using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>Serves MQTT on a Kestrel endpoint:
/// <c>listen.UseConnectionHandler&lt;MqttConnectionHandler&gt;()</c>.</summary>
public sealed class MqttConnectionHandler : ConnectionHandler
{
    private readonly MqttBroker _broker;

    /// <param name="broker">Serves the connections.</param>
    public MqttConnectionHandler(MqttBroker broker)
    {
        _broker = broker;
    }

    /// <summary>Serves one connection until it ends.</summary>
    /// <param name="connection">The transport.</param>
    /// <returns>Completes when the connection is over.</returns>
    public override Task OnConnectedAsync(ConnectionContext connection) => _broker.ServeAsync(connection);
}
