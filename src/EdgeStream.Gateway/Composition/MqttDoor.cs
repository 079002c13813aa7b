using System.Net;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Composition;

/// <summary>An open way in to the MQTT server.</summary>
/// <param name="Config">How it was configured.</param>
/// <param name="EndPoint">Where it listens.</param>
internal sealed record MqttDoor(MqttListenerConfig Config, EndPoint EndPoint)
{
    /// <summary>Where clients connect to.</summary>
    public string Url => Config.Listen is null ? $"unix:{Config.Path}"
        : Config.IsWebSocket ? $"{Config.Scheme}://{EndPoint}{Config.Path}"
        : $"{Config.Scheme}://{EndPoint}";
}
