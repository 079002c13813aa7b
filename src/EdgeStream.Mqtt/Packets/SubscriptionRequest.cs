namespace EdgeStream.Mqtt;

/// <summary>One topic filter of a SUBSCRIBE with its options. 3.1.1 knows only the QoS.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="Qos">The highest QoS that messages are to come with.</param>
/// <param name="NoLocal">Whether one's own messages stay away.</param>
/// <param name="RetainAsPublished">Whether the retain flag comes as it was published.</param>
/// <param name="RetainHandling">When retained messages come.</param>
internal readonly record struct SubscriptionRequest(
    string Filter, MqttQos Qos, bool NoLocal, bool RetainAsPublished, MqttRetainHandling RetainHandling);
