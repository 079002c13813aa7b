namespace EdgeStream.Mqtt.Tests;

/// <summary>Topic aliases from the server to the client: the first topics that repeat, as many as the client
/// takes.</summary>
public class OutboundAliasTests : OutboundAliasStatements
{
    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
