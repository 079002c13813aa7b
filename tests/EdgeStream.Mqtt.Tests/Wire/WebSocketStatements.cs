using System.Net.WebSockets;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Chapter 6: MQTT over WebSocket.</summary>
public abstract class WebSocketStatements : SharedStatements
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-6.0.0-1", "MQTT-6.0.0-4")]
    [Statements(MqttVersion.V500, "MQTT-6.0.0-1", "MQTT-6.0.0-4")]
    public async Task Packets_pass_in_binary_frames()
    {
        await using IWebSocketDoor door = await OpenDoorAsync();
        using ClientWebSocket socket = await OpenAsync(door);
        Assert.Equal("mqtt", socket.SubProtocol);
        await SendAsync(socket, Hex.Bytes(RawClient.Connect311("c")));
        await ExpectAsync(socket, RawClient.ConnackV311);
        await SendAsync(socket, Hex.Bytes(RawClient.Publish("a", "x", 1, 7)));
        await ExpectAsync(socket, "40 02 0007");
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-6.0.0-2")]
    [Statements(MqttVersion.V500, "MQTT-6.0.0-2")]
    public async Task Packets_may_stand_across_frames_and_several_in_one()
    {
        await using IWebSocketDoor door = await OpenDoorAsync();
        using ClientWebSocket socket = await OpenAsync(door);
        byte[] bytes =
        [
            .. Hex.Bytes(RawClient.Connect311("c")),
            .. Hex.Bytes(RawClient.Publish("a", "1", 1, 1)),
            .. Hex.Bytes(RawClient.Publish("a", "2", 1, 2)),
        ];
        foreach (byte one in bytes[..^5])
        {
            await SendAsync(socket, [one]);
        }

        await SendAsync(socket, []);
        await SendAsync(socket, [.. bytes[^5..], .. Hex.Bytes("C0 00")]);
        await ExpectAsync(socket, RawClient.ConnackV311);

        // The answer to the ping may come before that to a message that is not safe yet.
        string rest = Hex.Of(await ReadAsync(socket, 10));
        Assert.Equal(
            Hex.Of(Hex.Bytes("40 02 0001 40 02 0002")), rest.Replace("D000", "", StringComparison.Ordinal));
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-6.0.0-1")]
    [Statements(MqttVersion.V500, "MQTT-6.0.0-1")]
    public async Task A_text_frame_ends_the_connection()
    {
        await using IWebSocketDoor door = await OpenDoorAsync();
        using ClientWebSocket socket = await OpenAsync(door);
        await SendAsync(socket, Hex.Bytes(RawClient.Connect311("c")));
        await ExpectAsync(socket, RawClient.ConnackV311);
        using var timeout = new CancellationTokenSource(Patience);
        await socket.SendAsync("C0 00"u8.ToArray(), WebSocketMessageType.Text, true, timeout.Token);
        WebSocketReceiveResult end = await socket.ReceiveAsync(new byte[16], timeout.Token);
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, end.CloseStatus);
    }

    /// <summary>A server with an address for WebSocket; the test disposes it.</summary>
    internal abstract Task<IWebSocketDoor> OpenDoorAsync();

    private static async Task<ClientWebSocket> OpenAsync(IWebSocketDoor door)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(door.Address, default);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] bytes) =>
        socket.SendAsync(bytes, WebSocketMessageType.Binary, true, default);

    private static async Task ExpectAsync(ClientWebSocket socket, string packets)
    {
        byte[] expected = Hex.Bytes(packets);
        Assert.Equal(Hex.Of(expected), Hex.Of(await ReadAsync(socket, expected.Length)));
    }

    private static async Task<byte[]> ReadAsync(ClientWebSocket socket, int length)
    {
        byte[] bytes = new byte[length];
        using var timeout = new CancellationTokenSource(Patience);
        for (int count = 0; count < length;)
        {
            WebSocketReceiveResult part =
                await socket.ReceiveAsync(new ArraySegment<byte>(bytes, count, length - count), timeout.Token);
            Assert.Equal(WebSocketMessageType.Binary, part.MessageType);
            count += part.Count;
        }

        return bytes;
    }
}
