namespace EdgeStream.Mqtt;

/// <summary>A will that is to be published now.</summary>
/// <param name="ClientId">Whose it is.</param>
/// <param name="Will">The message.</param>
/// <param name="Keeper">The session in whose name the state has it; null where it was never stored.</param>
internal readonly record struct DueWill(string ClientId, MqttWill Will, Session? Keeper = null);
