using EdgeStream.Mqtt.Tests;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>One gateway for all statement tests, which come one after another.</summary>
public sealed class BinaryWorld : IAsyncLifetime
{
    /// <summary>The name of the tests' collection.</summary>
    public const string Name = "the published binary";

    private GatewayWorld _world = null!;

    /// <summary>The gateway as an empty server.</summary>
    internal Task<BrokerUnderTest> StartAsync() => BinaryUnderTest.StartAsync(_world.Launch.MqttPort);

    /// <summary>Where it serves WebSocket.</summary>
    internal IWebSocketDoor OpenDoor() => new Door(new Uri($"ws://127.0.0.1:{_world.Launch.HttpPort}/mqtt"));

    public async Task InitializeAsync() => _world = await GatewayWorld.StartAsync("statements");

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private sealed record Door(Uri Address) : IWebSocketDoor
    {
        public ValueTask DisposeAsync() => default;
    }
}
