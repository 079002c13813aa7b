namespace EdgeStream.Mqtt;

/// <summary>When a subscription brings retained messages (MQTT 5.0 section 3.8.3.1).</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>At every SUBSCRIBE.</summary>
    Send = 0,

    /// <summary>Only where the subscription is new.</summary>
    SendIfNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}
