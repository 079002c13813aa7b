namespace EdgeStream.Mqtt.Tests;

/// <summary>What time ends.</summary>
public class ExpiryTests : ExpiryStatements
{
    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
