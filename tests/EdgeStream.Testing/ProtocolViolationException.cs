namespace EdgeStream.Testing;

/// <summary>The broker did what the MQTT specification forbids; no reconnecting mends that.</summary>
public sealed class ProtocolViolationException(string message) : IOException(message);
