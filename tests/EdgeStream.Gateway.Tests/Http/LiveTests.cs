using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using EdgeStream.Gateway.Live;

namespace EdgeStream.Gateway.Tests.Http;

public sealed class LiveTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_browser_gets_the_history_then_the_status_and_every_new_reading()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.PostAsync("readings", """{"key":"old","data":{"t":1,"deep":{"er":2},"text":"x","list":[3]}}""");
        using var socket = await ConnectAsync(gateway);

        var history = await ReceiveAsync(socket, "history");
        var old = Assert.Single(history.GetProperty("readings").EnumerateArray());
        Assert.Equal("old", old.GetProperty("key").GetString());
        Assert.False(old.GetProperty("simulated").GetBoolean());
        Assert.Equal("""{"t":1,"deep.er":2}""", old.GetProperty("values").GetRawText());
        Assert.Empty(history.GetProperty("alerts").EnumerateArray());

        var status = await ReceiveAsync(socket, "status");
        Assert.Equal(
            ["type", "status", "streams", "deliveries", "rules", "alerting"],
            status.EnumerateObject().Select(member => member.Name));

        await gateway.PostAsync("readings", """{"key":"simulated/new","data":{"simulated":true,"t":5}}""");
        var readings = await ReceiveAsync(socket, "readings");
        var fresh = Assert.Single(readings.GetProperty("readings").EnumerateArray());
        Assert.Equal("simulated/new", fresh.GetProperty("key").GetString());
        Assert.True(fresh.GetProperty("simulated").GetBoolean());
    }

    [Fact]
    public async Task A_browser_is_told_what_is_missing_in_the_history_and_among_new_readings()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await PostAsync(gateway, "before");
        StoredText.Flip(gateway.DataFolder, "before 1");
        using var socket = await ConnectAsync(gateway);
        var history = await ReceiveAsync(socket, "history");
        Assert.Equal(2, history.GetProperty("readings").GetArrayLength());
        const string Gap =
            """{"stream":"readings","shard":"shardId-000000000000","first":2,"last":2,"reason":"damaged"}""";
        Assert.Equal(Gap, Assert.Single(history.GetProperty("gaps").EnumerateArray()).GetRawText());

        var stream = gateway.Host.Parts.Store.Streams.Single(s => s.Name == "readings");
        using var tail = new LiveTail("readings", Assert.Single(stream.Shards), Streams.ShardPosition.Latest);
        await PostAsync(gateway, "after");
        StoredText.Flip(gateway.DataFolder, "after 1");
        using var message = JsonDocument.Parse(LiveMessages.Readings([tail])!.Value);
        Assert.Equal(2, message.RootElement.GetProperty("readings").GetArrayLength());
        var gap = Assert.Single(message.RootElement.GetProperty("gaps").EnumerateArray());
        Assert.Equal(Gap.Replace('2', '5'), gap.GetRawText());
    }

    [Fact]
    public async Task An_alert_that_fires_is_shown_at_once_and_listed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            "sensors: {board: {enabled: false}}\ndeliveries: []\nrules: [{name: hot, field: t, above: 30}]\n");
        using var socket = await ConnectAsync(gateway);
        await ReceiveAsync(socket, "history");
        await gateway.PostAsync("alerts", """{"key":"fake","data":{"no":"alert"}}""");
        await gateway.PostAsync("readings", """{"key":"north","data":{"t":31}}""");

        var alert = (await ReceiveAsync(socket, "alert")).GetProperty("alert");
        Assert.Equal("hot", alert.GetProperty("rule").GetString());
        Assert.Equal("firing", alert.GetProperty("state").GetString());
        Assert.Equal("north", alert.GetProperty("key").GetString());
        var listed = Assert.Single((await gateway.GetAsync("/api/alerts")).GetProperty("alerts").EnumerateArray());
        Assert.Equal(alert.GetProperty("id").GetString(), listed.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_page_of_another_site_may_not_watch()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://evil.example");
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Url(gateway), default));
        Assert.Contains("403", refused.Message);
    }

    [Fact]
    public async Task A_browser_that_leaves_is_forgotten()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using (var socket = await ConnectAsync(gateway))
        {
            await ReceiveAsync(socket, "history");
            Assert.Contains("edgestream_live_clients 1\n", await gateway.Client.GetStringAsync("/metrics"));
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }

        await Testing.Poll.UntilAsync(async () =>
        {
            var metrics = await gateway.Client.GetStringAsync("/metrics");
            return metrics.Contains("edgestream_live_clients 0\n", StringComparison.Ordinal);
        });
    }

    private static async Task PostAsync(GatewayUnderTest gateway, string name)
    {
        var records = Enumerable.Range(0, 3).Select(
            n => $$$"""{"key":"k","data":{"t":{{{n}}},"text":"{{{name}}} {{{n}}}"}}""");
        var (status, _) = await gateway.PostAsync("readings", $$"""{"records":[{{string.Join(',', records)}}]}""");
        Assert.Equal(200, status);
    }

    private static Uri Url(GatewayUnderTest gateway) => new($"ws://{gateway.Host.HttpEndpoint}/api/live");

    private static async Task<ClientWebSocket> ConnectAsync(GatewayUnderTest gateway)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(Url(gateway), default);
        return socket;
    }

    /// <summary>Reads on until a message of the type comes.</summary>
    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket, string type)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var message = new ArrayBufferWriter<byte>();
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(message.GetMemory(4096), deadline.Token);
                message.Advance(result.Count);
            }
            while (!result.EndOfMessage);

            using var document = JsonDocument.Parse(message.WrittenMemory);
            if (document.RootElement.GetProperty("type").GetString() == type)
            {
                return document.RootElement.Clone();
            }
        }
    }
}
