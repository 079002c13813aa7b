using System.Net;
using EdgeStream.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A broker behind one listener, for MQTT or for WebSocket, with users and a clock that the test
/// moves.</summary>
internal sealed class DoorHost : IWebSocketDoor
{
    private readonly IAsyncDisposable _server;

    private DoorHost(IAsyncDisposable server, MqttBroker broker, ManualTimeProvider time, int port)
    {
        _server = server;
        Broker = broker;
        Time = time;
        Port = port;
    }

    internal MqttBroker Broker { get; }

    internal ManualTimeProvider Time { get; }

    internal int Port { get; }

    public Uri Address => new($"ws://127.0.0.1:{Port}/mqtt");

    internal static async Task<DoorHost> StartAsync(
        MqttListenerOptions? listener = null,
        MqttBrokerOptions? options = null,
        Func<ManualTimeProvider, IMqttAuthenticator>? authenticator = null,
        bool isWebSocket = false,
        IMqttPublishHandler? handler = null,
        IMqttStateStore? store = null)
    {
        var time = new ManualTimeProvider();
        var broker = new MqttBroker(
            handler ?? new RecordingHandler(), options, store, time, authenticator: authenticator?.Invoke(time));
        broker.Start();
        var door = new MqttListener(broker, listener ?? new MqttListenerOptions());
        if (isWebSocket)
        {
            WebApplication application = await StartWebAsync(door, broker);
            string address = application.Services.GetRequiredService<IServer>().Features
                .Get<IServerAddressesFeature>()!.Addresses.Single();
            return new DoorHost(application, broker, time, new Uri(address).Port);
        }

        MqttSocketServer server = MqttSocketServer.Start(new IPEndPoint(IPAddress.Loopback, 0), door);
        return new DoorHost(server, broker, time, ((IPEndPoint)server.EndPoint).Port);
    }

    private static async Task<WebApplication> StartWebAsync(MqttListener door, MqttBroker broker)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(door.Guard);
        }));
        WebApplication application = builder.Build();
        application.UseWebSockets();
        application.Run(context => MqttWebSocket.ServeAsync(context, broker));
        await application.StartAsync();
        return application;
    }

    /// <summary>Users with passwords, hashed once.</summary>
    internal static MqttUserList Users(params string[] namesAndPasswords)
    {
        var text = new System.Text.StringBuilder();
        foreach (string pair in namesAndPasswords)
        {
            string[] parts = pair.Split(':');
            byte[] password = System.Text.Encoding.UTF8.GetBytes(parts[1]);
            text.AppendLine($"{parts[0]}:{MqttPasswordHash.Create(password, 1)}");
        }

        return MqttUserList.Parse(text.ToString(), []);
    }

    internal Task<RawClient> OpenAsync() => RawClient.OpenAsync(Port);

    internal Task<MqttClient> ConnectAsync(MqttClientOptions options) =>
        MqttClient.ConnectAsync("127.0.0.1", Port, options);

    /// <summary>The reason why the server takes no such client.</summary>
    internal async Task<MqttReasonCode> RefusalAsync(MqttClientOptions options) =>
        (await Assert.ThrowsAsync<MqttProtocolException>(() => ConnectAsync(options))).Reason;

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await _server.DisposeAsync();
    }
}
