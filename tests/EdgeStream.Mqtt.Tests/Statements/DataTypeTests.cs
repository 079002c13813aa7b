namespace EdgeStream.Mqtt.Tests;

/// <summary>Chapters 1 and 2: strings, variable byte integers, flags, packet identifiers.</summary>
public class DataTypeTests : DataTypeStatements
{
    [Fact]
    public async Task The_host_can_publish_on_no_longer_topic_than_the_protocol_has()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        string topic = new('x', ushort.MaxValue + 1);
        Assert.Throws<ArgumentException>(() => host.Broker.Publish(topic, "m"u8));
    }

    internal override async Task<BrokerUnderTest> StartAsync() => await BrokerHost.StartAsync();
}
