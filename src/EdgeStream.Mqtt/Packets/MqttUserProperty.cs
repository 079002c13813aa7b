namespace EdgeStream.Mqtt;

/// <summary>A name and a value that the protocol carries along without looking at them (MQTT 5.0).</summary>
/// <param name="Name">The name; the same one may be there several times.</param>
/// <param name="Value">The value.</param>
public readonly record struct MqttUserProperty(string Name, string Value);
