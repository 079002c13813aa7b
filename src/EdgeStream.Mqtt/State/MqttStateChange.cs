namespace EdgeStream.Mqtt;

/// <summary>One entry put or deleted.</summary>
/// <param name="Key">Printable unless a client identifier or topic isn't; at most about 65,600 bytes of UTF-8.</param>
/// <param name="Value">The new value; null deletes.</param>
public readonly record struct MqttStateChange(string Key, ReadOnlyMemory<byte>? Value);
