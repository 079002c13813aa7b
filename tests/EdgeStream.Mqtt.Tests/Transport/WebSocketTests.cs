using System.Net.WebSockets;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests.Transport;

public class WebSocketTests : WebSocketStatements
{
    [Fact]
    public async Task A_text_frame_is_counted()
    {
        await using DoorHost host = await StartAsync();
        using ClientWebSocket socket = await OpenAsync(host);
        await SendAsync(socket, Hex.Bytes(RawClient.Connect311("c")));
        await ExpectAsync(socket, RawClient.ConnackV311);
        await socket.SendAsync("C0 00"u8.ToArray(), WebSocketMessageType.Text, true, default);
        await Eventually.TrueAsync(
            () => host.Broker.Refusals.Count(MqttRefusal.WebSocket) == 1, "the frame is counted");
    }

    [Fact]
    public async Task The_server_says_goodbye_before_it_closes()
    {
        await using DoorHost host = await StartAsync();
        using ClientWebSocket socket = await OpenAsync(host);
        await SendAsync(socket, Hex.Bytes(RawClient.Connect500("c")));
        byte[] connack = new byte[64];
        await socket.ReceiveAsync(connack, default);
        await host.Broker.DisposeAsync();
        byte[] goodbye = new byte[256];
        WebSocketReceiveResult result = await socket.ReceiveAsync(goodbye, default);
        Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
        Assert.Equal((0xE0, MqttReasonCode.ServerShuttingDown), (goodbye[0], (MqttReasonCode)goodbye[2]));
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(goodbye, default)).MessageType);
    }

    [Fact]
    public async Task A_client_that_is_gone_leaves_its_will()
    {
        var handler = new RecordingHandler();
        await using DoorHost host = await StartAsync(handler);
        ClientWebSocket socket = await OpenAsync(host);
        await SendAsync(socket, Hex.Bytes(RawClient.Packet(
            0x10, "00 04 'MQTT' 04 06 0000 00 01 'c' 00 01 'w' 00 01 'x'")));
        await ExpectAsync(socket, RawClient.ConnackV311);
        socket.Abort();
        socket.Dispose();
        await Eventually.TrueAsync(() => handler.Received.Count == 1, "the will is published");
        await Eventually.TrueAsync(() => host.Broker.Statistics.Connections == 0, "the connection is over");
    }

    internal override async Task<IWebSocketDoor> OpenDoorAsync() => await StartAsync();

    private static Task<DoorHost> StartAsync(IMqttPublishHandler? handler = null) =>
        DoorHost.StartAsync(isWebSocket: true, handler: handler);

    private static async Task<ClientWebSocket> OpenAsync(DoorHost host)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(host.Address, default);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] bytes) =>
        socket.SendAsync(bytes, WebSocketMessageType.Binary, true, default);

    private static async Task ExpectAsync(ClientWebSocket socket, string packets)
    {
        byte[] expected = Hex.Bytes(packets);
        byte[] actual = new byte[expected.Length];
        using var timeout = new CancellationTokenSource(Poll.DefaultDeadline);
        int count = 0;
        while (count < actual.Length)
        {
            WebSocketReceiveResult part = await socket.ReceiveAsync(
                new ArraySegment<byte>(actual, count, actual.Length - count), timeout.Token);
            Assert.Equal(WebSocketMessageType.Binary, part.MessageType);
            count += part.Count;
        }

        Assert.Equal(Hex.Of(expected), Hex.Of(actual));
    }
}
