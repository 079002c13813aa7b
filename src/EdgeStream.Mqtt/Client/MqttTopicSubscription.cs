namespace EdgeStream.Mqtt;

/// <summary>A topic filter to subscribe to.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">The highest QoS that messages are to come with.</param>
public readonly record struct MqttTopicSubscription(string Filter, MqttQos Qos);
