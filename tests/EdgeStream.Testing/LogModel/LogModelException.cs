namespace EdgeStream.Testing;

/// <summary>A log did something that its model forbids.</summary>
public sealed class LogModelException(string message) : Exception(message);
