namespace EdgeStream.Mqtt.Tests;

/// <summary>Statement tests that need nothing of a server but its port.</summary>
/// <remarks>Run twice: against a broker within the test, and by <c>EdgeStream.EndToEnd.Tests</c>, which compiles this
/// folder too,
/// against the published binary.</remarks>
public abstract class WireStatements
{
    /// <summary>A server without sessions, retained messages and clients; the test disposes it.</summary>
    internal abstract Task<BrokerUnderTest> StartAsync();
}
