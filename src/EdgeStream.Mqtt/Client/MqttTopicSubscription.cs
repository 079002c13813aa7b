namespace EdgeStream.Mqtt;

/// <summary>A topic filter to subscribe to.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">The highest QoS that messages are to come with.</param>
public readonly record struct MqttTopicSubscription(string Filter, MqttQos Qos)
{
    /// <summary>Whether one's own messages stay away (5.0 only).</summary>
    public bool NoLocal { get; init; }

    /// <summary>Whether the retain flag comes as it was published (5.0 only).</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>When retained messages come (5.0 only).</summary>
    public MqttRetainHandling RetainHandling { get; init; }

    internal SubscriptionRequest Request => new(Filter, Qos, NoLocal, RetainAsPublished, RetainHandling);
}
