namespace EdgeStream.Mqtt;

/// <summary>How hard both sides try to deliver a message.</summary>
public enum MqttQos : byte
{
    /// <summary>QoS 0: sent once, not acknowledged.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1: sent until acknowledged; may arrive more than once.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2: a four-way exchange; arrives once.</summary>
    ExactlyOnce = 2,
}
