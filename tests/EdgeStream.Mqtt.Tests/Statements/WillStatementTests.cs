namespace EdgeStream.Mqtt.Tests;

/// <summary>Wills, on the wire, in both versions.</summary>
public class WillStatementTests : WillStatements
{
    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
