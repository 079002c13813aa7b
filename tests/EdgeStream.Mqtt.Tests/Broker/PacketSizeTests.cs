namespace EdgeStream.Mqtt.Tests;

/// <summary>Maximum packet size, both ways.</summary>
public class PacketSizeTests : PacketSizeStatements
{
    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
