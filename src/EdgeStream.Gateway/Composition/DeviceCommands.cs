using EdgeStream.Devices;
using EdgeStream.Gateway.Sources;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Composition;

/// <summary>Sends what devices are asked to where they are: to the server that their messages came from, which is the
/// gateway's own unless a source took them over.</summary>
internal sealed class DeviceCommands : IDeviceCommands
{
    private volatile MqttBroker? _broker;
    private volatile SourceFront? _sources;

    /// <summary>Names the ways; nothing is sent before.</summary>
    public void Attach(MqttBroker broker, SourceFront sources)
    {
        _broker = broker;
        _sources = sources;
    }

    /// <inheritdoc/>
    public void Send(string? clientId, string topic, ReadOnlyMemory<byte> payload)
    {
        if (clientId is null || _sources?.TrySend(clientId, topic, payload) != true)
        {
            _broker?.Publish(topic, payload.Span, MqttQos.AtMostOnce);
        }
    }
}
