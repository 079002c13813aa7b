namespace EdgeStream.Mqtt.Tests;

/// <summary>Statement tests that need nothing of a server but its port.</summary>
public abstract class WireStatements : SharedStatements
{
    /// <summary>A server without sessions, retained messages and clients; the test disposes it.</summary>
    internal abstract Task<BrokerUnderTest> StartAsync();
}
