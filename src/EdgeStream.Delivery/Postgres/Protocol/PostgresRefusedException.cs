namespace EdgeStream.Delivery;

/// <summary>A server does not let the gateway in, in words that a person can act on.</summary>
internal sealed class PostgresRefusedException(string message) : Exception(message);
