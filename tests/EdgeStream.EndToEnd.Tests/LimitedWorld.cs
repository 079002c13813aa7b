using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Mqtt.Tests;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A gateway with the limits and users that <see cref="LimitStatements"/> describes.</summary>
public sealed class LimitedWorld : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new("limits");
    private GatewayWorld _world = null!;

    /// <summary>The gateway as an empty server.</summary>
    internal Task<BrokerUnderTest> StartAsync() => BinaryUnderTest.StartAsync(_world.Launch.MqttPort);

    public async Task InitializeAsync()
    {
        var users = _folder.Write("users", $"pump:{Hash("secret")}\nvalve:{Hash("other")}\n");
        _world = await GatewayWorld.StartAsync("limits", QuietConfig.Text + $"""

            mqtt:
              anonymous: true
              passwordFile: {users}
              packetSizeMax: 256
              retainedMax: 0
              keepAliveMax: 30s
              responseInformation: replies/%c/
            """);
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _folder.Dispose();
    }

    private static MqttPasswordHash Hash(string password) =>
        MqttPasswordHash.Create(Encoding.UTF8.GetBytes(password), 1000);
}
