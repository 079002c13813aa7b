namespace EdgeStream.Mqtt;

/// <summary>A topic filter that a session at the server is subscribed to, or may be.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">The highest QoS that was asked for.</param>
/// <param name="IsGranted">Whether the server has confirmed it; otherwise it was asked, or is about to be.</param>
public readonly record struct MqttKnownSubscription(string Filter, MqttQos Qos, bool IsGranted);
