namespace EdgeStream.Mqtt.Tests;

/// <summary>What is refused and how that is told.</summary>
public class RefusalTests : RefusalStatements
{
    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
