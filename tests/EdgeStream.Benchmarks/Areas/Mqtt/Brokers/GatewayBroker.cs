using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>The gateway: every message goes to its stream <c>readings</c> before it is acknowledged.</summary>
internal sealed class GatewayBroker : IBroker
{
    private const string Stream = "readings";

    private readonly GatewayProcess _gateway;

    private GatewayBroker(GatewayProcess gateway) => _gateway = gateway;

    /// <inheritdoc/>
    public int Port => _gateway.MqttPort;

    /// <inheritdoc/>
    public int ProcessId => _gateway.Id;

    /// <summary>Starts it with a durability of the stream.</summary>
    public static async Task<IBroker> StartAsync(TemporaryFolder folder, string durability)
    {
        var config = QuietGateway.Config + $"""
            streams:
              - name: {Stream}
                durability: {durability}

            """;
        return new GatewayBroker(await GatewayProcess.StartReadyAsync(QuietGateway.Launch(folder, config)));
    }

    /// <inheritdoc/>
    public async Task<long?> CountStoredAsync()
    {
        var stream = await _gateway.Api.FindAsync("/api/streams", "streams", "name", Stream);
        return stream?.GetProperty("appendedRecords").GetInt64();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
