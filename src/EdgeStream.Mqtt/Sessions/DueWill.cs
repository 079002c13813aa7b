namespace EdgeStream.Mqtt;

/// <summary>A will that is to be published now.</summary>
/// <param name="ClientId">Whose it is.</param>
/// <param name="Will">The message.</param>
internal readonly record struct DueWill(string ClientId, MqttWill Will);
