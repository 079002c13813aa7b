namespace EdgeStream.Mqtt;

/// <summary>What one session is to get of a message: all its matching subscriptions taken together.</summary>
internal struct Delivery
{
    internal required Session Session;

    /// <summary>The highest QoS of the matching subscriptions [MQTT-3.3.4-2].</summary>
    internal MqttQos QosMax;

    internal bool RetainAsPublished;
    internal SubscriptionIds Ids;
}
