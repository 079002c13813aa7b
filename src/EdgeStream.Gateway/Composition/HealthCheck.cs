namespace EdgeStream.Gateway.Composition;

/// <summary>What one check found.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Status">How it does.</param>
/// <param name="Detail">What was seen, for a person.</param>
internal readonly record struct HealthCheck(string Name, HealthStatus Status, string Detail);
