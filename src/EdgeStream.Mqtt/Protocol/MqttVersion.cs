namespace EdgeStream.Mqtt;

/// <summary>A protocol version, by the level byte that CONNECT carries.</summary>
public enum MqttVersion : byte
{
    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V500 = 5,
}
