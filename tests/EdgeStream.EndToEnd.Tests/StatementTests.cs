using EdgeStream.Mqtt.Tests;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The normative statements that a socket alone can show, byte for byte, against the published
/// binary.</summary>
public static class StatementTests
{
    [CollectionDefinition(BinaryWorld.Name)]
    public sealed class Collection : ICollectionFixture<BinaryWorld>;

    public sealed class Completeness
    {
        [Fact]
        public void Every_class_of_statements_runs_against_the_binary()
        {
            Type[] types = typeof(SharedStatements).Assembly.GetTypes();
            IEnumerable<string> missing = types
                .Where(type => type.IsAbstract && type.IsSubclassOf(typeof(SharedStatements)))
                .Where(type => type != typeof(WireStatements))
                .Where(type => types.Count(other => other.BaseType == type && !other.IsAbstract) != 1)
                .Select(type => type.Name);
            Assert.Equal("", string.Join(' ', missing));
        }
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Connack(BinaryWorld world) : ConnackStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Connect(BinaryWorld world) : ConnectStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class DataType(BinaryWorld world) : DataTypeStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class FlowControl(BinaryWorld world) : FlowControlStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class OutboundAlias(BinaryWorld world) : OutboundAliasStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Publish(BinaryWorld world) : PublishStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Retained(BinaryWorld world) : RetainedStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Session(BinaryWorld world) : SessionStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class SharedSubscription(BinaryWorld world) : SharedSubscriptionStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Subscribe(BinaryWorld world) : SubscribeStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Subscription(BinaryWorld world) : SubscriptionStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Will(BinaryWorld world) : WillStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Expiry(BinaryWorld world) : ExpiryStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class KeepAlive(BinaryWorld world) : KeepAliveStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class PacketSize(BinaryWorld world) : PacketSizeStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class Refusal(BinaryWorld world) : RefusalStatements
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }

    [Collection(BinaryWorld.Name)]
    public sealed class WebSocket(BinaryWorld world) : WebSocketStatements
    {
        internal override Task<IWebSocketDoor> OpenDoorAsync() => Task.FromResult(world.OpenDoor());
    }

    public sealed class Limit(LimitedWorld world) : LimitStatements, IClassFixture<LimitedWorld>
    {
        internal override Task<BrokerUnderTest> StartAsync() => world.StartAsync();
    }
}
