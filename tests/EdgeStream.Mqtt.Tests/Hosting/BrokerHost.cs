using System.Net;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A broker on a loopback port, served as in production, with a clock that the test moves.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    private readonly MqttSocketServer _server;

    private BrokerHost(MqttSocketServer server, MqttBroker broker, ManualTimeProvider time)
    {
        _server = server;
        Broker = broker;
        Time = time;
    }

    internal MqttBroker Broker { get; }

    internal ManualTimeProvider Time { get; }

    internal int Port => ((IPEndPoint)_server.EndPoint).Port;

    internal static Task<BrokerHost> StartAsync(
        IMqttPublishHandler? handler = null,
        MqttBrokerOptions? options = null,
        IMqttStateStore? store = null,
        ManualTimeProvider? time = null,
        IMqttEnhancedAuthenticator? enhanced = null,
        IMqttAuthenticator? authenticator = null)
    {
        time ??= new ManualTimeProvider();
        var broker = new MqttBroker(handler ?? new RecordingHandler(), options, store, time, null, authenticator)
        {
            EnhancedAuthenticator = enhanced,
        };
        broker.Start();
        MqttSocketServer server = MqttSocketServer.Start(
            new IPEndPoint(IPAddress.Loopback, 0), new MqttListener(broker, new MqttListenerOptions()));
        return Task.FromResult(new BrokerHost(server, broker, time));
    }

    /// <summary>Moves the clock and ticks.</summary>
    internal void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    internal Task<RawClient> OpenAsync() => RawClient.OpenAsync(Port);

    /// <summary>A connected 3.1.1 client, byte for byte.</summary>
    internal async Task<RawClient> Connect311Async(
        string clientId, bool isClean = true, bool isPresent = false, int keepAliveSeconds = 0)
    {
        RawClient client = await OpenAsync();
        await client.SendAsync(RawClient.Connect311(clientId, isClean, keepAliveSeconds));
        await client.ExpectAsync(isPresent ? RawClient.ConnackV311Present : RawClient.ConnackV311);
        return client;
    }

    /// <summary>A connected 5.0 client, byte for byte.</summary>
    internal async Task<RawClient> Connect500Async(
        string clientId, bool isClean = true, string properties = "", bool isPresent = false)
    {
        RawClient client = await OpenAsync();
        await client.SendAsync(RawClient.Connect500(clientId, isClean, properties));
        await client.ExpectConnack5Async(isPresent: isPresent);
        return client;
    }

    internal Task<MqttClient> ConnectAsync(MqttClientOptions options) =>
        MqttClient.ConnectAsync("127.0.0.1", Port, options);

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await _server.DisposeAsync();
    }
}
