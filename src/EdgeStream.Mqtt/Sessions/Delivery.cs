namespace EdgeStream.Mqtt;

/// <summary>What one session is to get of a message: all its matching subscriptions taken together, or one shared
/// subscription.</summary>
internal struct Delivery
{
    internal required Session Session;

    /// <summary>The highest QoS of the matching subscriptions [MQTT-3.3.4-2].</summary>
    internal MqttQos QosMax;

    internal bool RetainAsPublished;
    internal SubscriptionIds Ids;

    /// <summary>Whose turn the session took; null where the subscription isn't shared.</summary>
    internal ShareGroup? Group;

    /// <summary>The filter of that shared subscription, with its share name.</summary>
    internal string? ShareFilter;
}
