namespace EdgeStream.Mqtt.Tests;

/// <summary>Sections 3.8 to 3.11 and 4.7: SUBSCRIBE and UNSUBSCRIBE, on the wire.</summary>
public class SubscribeStatementTests : SubscribeStatements
{
    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
