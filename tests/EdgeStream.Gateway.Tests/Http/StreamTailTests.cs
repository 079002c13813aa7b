using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Http;

namespace EdgeStream.Gateway.Tests.Http;

public sealed class StreamTailTests
{
    private const string Path = "/api/streams/readings/live";

    [Fact]
    public async Task Server_sent_events_go_on_where_the_last_one_ended()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        string id;
        using (var events = await EventsAsync(gateway, ""))
        {
            Assert.Empty(KeysOf((await NextAsync(events)).Page));
            await gateway.PostAsync("readings", "{\"key\":\"a\",\"data\":{\"t\":\n1}}");
            var (next, page) = await NextAsync(events);
            Assert.Equal(["a"], KeysOf(page));
            id = next;
        }

        await gateway.PostAsync("readings", """{"records":[{"key":"b","data":2},{"key":"c","data":3}]}""");
        using var again = await EventsAsync(gateway, "", id);
        Assert.Equal(["b", "c"], KeysOf((await NextAsync(again)).Page));
        using var other = await EventsAsync(gateway, "?from=trim-horizon");
        Assert.Equal(["a", "b", "c"], KeysOf((await NextAsync(other)).Page));
    }

    [Fact]
    public async Task A_client_cut_off_before_the_first_record_misses_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        string id;
        using (var events = await EventsAsync(gateway, ""))
        {
            id = (await NextAsync(events)).Id;
        }

        await gateway.PostAsync("readings", """{"key":"a","data":1}""");
        using var again = await EventsAsync(gateway, "", id);
        Assert.Equal(["a"], KeysOf((await NextAsync(again)).Page));
    }

    [Fact]
    public async Task Only_records_of_the_key_are_told_where_one_is_named()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var events = await EventsAsync(gateway, "?key=b");
        await NextAsync(events);
        await gateway.PostAsync(
            "readings", """{"records":[{"key":"a","data":1},{"key":"b","data":2},{"key":"bb","data":3}]}""");
        await gateway.PostAsync("readings", """{"key":"b","data":4}""");
        var keys = new List<string>();
        while (keys.Count < 2)
        {
            keys.AddRange(KeysOf((await NextAsync(events)).Page));
        }

        Assert.Equal(["b", "b"], keys);
    }

    [Fact]
    public async Task A_websocket_gets_the_same_pages_over_a_split()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(
            new Uri($"ws://{gateway.Host.HttpEndpoint}{Path}?from=trim-horizon"), CancellationToken.None);
        Assert.Empty(KeysOf(await NextAsync(socket)));
        await gateway.PostAsync("readings", """{"key":"a","data":1}""");
        Assert.Equal(["a"], KeysOf(await NextAsync(socket)));
        await gateway.Host.Parts.Store.SplitShardAsync(
            "readings", "shardId-000000000000", (UInt128)1 << 127, CancellationToken.None);
        await gateway.PostAsync(
            "readings", """{"records":[{"key":"low","data":2,"hashKey":"0"}]}""");
        var page = await NextAsync(socket);
        Assert.Equal(["low"], KeysOf(page));
        Assert.Equal("shardId-000000000001", page.GetProperty("records")[0].GetProperty("shard").GetString());
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    [Fact]
    public async Task No_more_clients_are_served_than_may_be()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var open = new List<StreamReader>();
        for (var i = 0; i < StreamTailEndpoint.ClientCountMax; i++)
        {
            open.Add(await EventsAsync(gateway, ""));
        }

        Assert.Equal(503, (await gateway.SendAsync(HttpMethod.Get, Path)).Status);
        open.ForEach(events => events.Dispose());
        Assert.Equal(403, (await gateway.SendAsync(HttpMethod.Get, Path, null, ("Origin", "http://evil"))).Status);
    }

    private static async Task<StreamReader> EventsAsync(GatewayUnderTest gateway, string query, string? lastId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Path + query);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    private static async Task<(string Id, JsonElement Page)> NextAsync(StreamReader events)
    {
        var id = "";
        while (true)
        {
            var line = await events.ReadLineAsync();
            Assert.NotNull(line);
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                Assert.Equal("", await events.ReadLineAsync());
                using var document = JsonDocument.Parse(line[6..]);
                return (id, document.RootElement.Clone());
            }
        }
    }

    private static async Task<JsonElement> NextAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(message.ToArray()));
        return document.RootElement.Clone();
    }

    private static string[] KeysOf(JsonElement page) =>
        [.. page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("key").GetString()!)];
}
