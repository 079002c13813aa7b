using System.Net.WebSockets;
using EdgeStream.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Gateway.Tests.Doors;

public sealed class MqttSocketTests
{
    private static readonly byte[] Connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'c'];

    [Fact]
    public async Task The_http_port_serves_mqtt_at_its_path()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.Equal([0x20, 2, 0, 0], await ConnectAsync($"ws://{gateway.Host.HttpEndpoint}/mqtt"));
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GatewayUnderTest.Quiet + "mqtt: {webSocket: false}\n");
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync($"ws://{gateway.Host.HttpEndpoint}/mqtt"));
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, "/mqtt")).Status);
    }

    [Fact]
    public async Task A_request_that_is_no_websocket_or_offers_another_protocol_is_told_so()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.Equal(426, (await gateway.SendAsync(HttpMethod.Get, "/mqtt")).Status);
        await Assert.ThrowsAsync<WebSocketException>(
            () => ConnectAsync($"ws://{gateway.Host.HttpEndpoint}/mqtt", protocol: "chat"));
    }

    [Fact]
    public async Task A_page_of_another_site_may_not_connect()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var url = $"ws://{gateway.Host.HttpEndpoint}/mqtt";
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(url, "https://evil.example"));
        await ConnectAsync(url, $"http://{gateway.Host.HttpEndpoint}");
    }

    [Fact]
    public async Task A_listener_of_its_own_serves_its_path_and_nothing_else_of_the_gateway()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet
            + "mqtt: {listeners: [{name: w, transport: websocket, port: 0, path: /broker, "
            + "origins: 'https://a.example'}]}\n");
        var url = gateway.Host.Parts.MqttEndpoints.Single(endpoint => endpoint.StartsWith("ws://"));
        Assert.EndsWith("/broker", url);
        Assert.Equal([0x20, 2, 0, 0], await ConnectAsync(url));
        await ConnectAsync(url, "https://a.example");
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(url, "https://b.example"));
        using var answer = await gateway.Client.GetAsync(
            url.Replace("ws://", "http://").Replace("/broker", "/api/status"));
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(null, "panel.lan:9001", "", true)]
    [InlineData("http://panel.lan", "panel.lan:9001", "", true)]
    [InlineData("http://evil.example", "evil.example:9001", "", false)]
    [InlineData("http://evil.example", "panel.lan:9001", "", false)]
    [InlineData("http://evil.example", "panel.lan:9001", "*", true)]
    [InlineData("https://app.example", "panel.lan:9001", "https://x.example, https://app.example", true)]
    [InlineData("null", "panel.lan:9001", "", false)]
    public void A_page_is_let_in_by_its_host_or_by_the_list(
        string? origin, string host, string listed, bool isAllowed) =>
        Assert.Equal(isAllowed, MqttSocketEndpoint.IsAllowed(
            origin, new HostString(host), listed, new HostNames("panel", "node", "panel.lan")));

    private static async Task<byte[]> ConnectAsync(string url, string? origin = null, string protocol = "mqtt")
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await socket.ConnectAsync(new Uri(url), default);
        await socket.SendAsync(Connect, WebSocketMessageType.Binary, true, default);
        var answer = new byte[16];
        var result = await socket.ReceiveAsync(answer, default);
        return answer[..result.Count];
    }
}
