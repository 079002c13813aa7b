namespace EdgeStream.Delivery;

/// <summary>A NATS server does not let the gateway in, or is not what the delivery needs.</summary>
internal sealed class NatsRefusedException(string message) : Exception(message);
