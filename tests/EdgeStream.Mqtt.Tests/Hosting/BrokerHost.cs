using System.Net;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A broker on a loopback port, served as in production, with a clock that the test moves.</summary>
internal sealed class BrokerHost : BrokerUnderTest
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

    internal override int Port => ((IPEndPoint)_server.EndPoint).Port;

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

    /// <inheritdoc/>
    internal override Task PublishAsync(string topic, string payload, int qos = 0, bool retain = false)
    {
        Broker.Publish(topic, Encoding.UTF8.GetBytes(payload), (MqttQos)qos, retain);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    internal override Task PassAsync(int seconds)
    {
        Advance(seconds);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    internal override Task<long> CountAsync(BrokerFigure figure) => Task.FromResult(figure switch
    {
        BrokerFigure.Connections => Broker.Statistics.Connections,
        BrokerFigure.Sessions => Broker.Statistics.Sessions,
        BrokerFigure.Subscriptions => Broker.SubscriptionCount,
        _ => Broker.RetainedCount,
    });

    internal Task<MqttClient> ConnectAsync(MqttClientOptions options) =>
        MqttClient.ConnectAsync("127.0.0.1", Port, options);

    public override async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await _server.DisposeAsync();
    }
}
