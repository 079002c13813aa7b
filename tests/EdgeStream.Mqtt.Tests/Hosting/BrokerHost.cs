using System.Net;
using EdgeStream.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A broker on a loopback port, served by Kestrel as in production, with a clock that the test
/// moves.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private BrokerHost(WebApplication application, MqttBroker broker, ManualTimeProvider time, int port)
    {
        _application = application;
        Broker = broker;
        Time = time;
        Port = port;
    }

    internal MqttBroker Broker { get; }

    internal ManualTimeProvider Time { get; }

    internal int Port { get; }

    internal static async Task<BrokerHost> StartAsync(
        IMqttPublishHandler? handler = null,
        MqttBrokerOptions? options = null,
        IMqttStateStore? store = null,
        ManualTimeProvider? time = null,
        IMqttEnhancedAuthenticator? enhanced = null)
    {
        time ??= new ManualTimeProvider();
        var broker = new MqttBroker(handler ?? new RecordingHandler(), options, store, time)
        {
            EnhancedAuthenticator = enhanced,
        };
        broker.Start();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(broker);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<MqttConnectionHandler>()));
        WebApplication application = builder.Build();
        await application.StartAsync();
        string address = application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        return new BrokerHost(application, broker, time, new Uri(address).Port);
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
        await _application.DisposeAsync();
    }
}
