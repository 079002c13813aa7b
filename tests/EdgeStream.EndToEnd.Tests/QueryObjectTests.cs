using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Amazon.S3.Model;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A table of a query that is an object of a bucket, over a link that fails.</summary>
[Collection(RadosGatewayFixture.Name)]
public sealed class QueryObjectTests(RadosGatewayFixture fixture)
{
    [Fact]
    public async Task A_table_in_a_bucket_follows_its_object_and_outlives_an_outage_and_a_kill()
    {
        var server = fixture.Server with { Bucket = "tables" };
        await PutAsync(server, "device,room\na,Hall\n");
        await using var relay = new Relay(new Uri(server.Endpoint).Port);
        await using var world = await GatewayWorld.StartAsync("tables", Config(relay, server));
        Assert.Equal("Hall", await RoomOfAsync(world, "a", 1));

        await PutAsync(server, "device,room\na,Attic\nb,Cellar\n");
        await TableAsync(world, table => table.GetProperty("rows").GetInt32() == 2);
        Assert.Equal("Attic", await RoomOfAsync(world, "a", 2));

        relay.Cut();
        await TableAsync(world, table => FailureOf(table).Contains("cannot be reached", StringComparison.Ordinal));
        Assert.Equal("Cellar", await RoomOfAsync(world, "b", 3));

        world.Gateway.Kill9();
        await world.StartAgainAsync();
        Assert.Equal("Attic", await RoomOfAsync(world, "a", 4));
        var table = await TableAsync(world, table =>
            FailureOf(table).Length > 0 && table.GetProperty("changedAt").ValueKind == JsonValueKind.String);
        Assert.True(table.GetProperty("checkedAt").GetDateTimeOffset() > table.GetProperty("changedAt")
            .GetDateTimeOffset());

        await PutAsync(server, "device,room\na,Roof\n");
        relay.Mend();
        await TableAsync(world, table => table.GetProperty("rows").GetInt32() == 1 && FailureOf(table).Length == 0);
        Assert.Equal("Roof", await RoomOfAsync(world, "a", 5));
    }

    [Fact]
    public async Task A_wrong_secret_is_told_until_it_is_mended_and_stops_nothing()
    {
        var server = fixture.Server with { Bucket = "secret" };
        await PutAsync(server, "device,room\na,Hall\n");
        await using var relay = new Relay(new Uri(server.Endpoint).Port);
        await using var world = await GatewayWorld.StartAsync(
            "secret", Config(relay, server with { SecretAccessKey = "wrong" }));
        await TableAsync(world, table => FailureOf(table) is var failure
            && failure.Contains("403 SignatureDoesNotMatch", StringComparison.Ordinal)
            && failure.EndsWith("Mend the access key.", StringComparison.Ordinal));
        Assert.Contains(
            "table ROOMS of query rooms", await (await world.Api.GetAsync("/health")).Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Null(await RoomOfAsync(world, "a", 1));

        world.WriteConfig(Config(relay, server));
        world.Gateway.Reload();
        await TableAsync(world, table => table.GetProperty("rows").GetInt32() == 1);
        Assert.Equal("Hall", await RoomOfAsync(world, "a", 2));
    }

    private static string FailureOf(JsonElement table) => table.GetProperty("failure").GetString() ?? "";

    private static async Task<JsonElement> TableAsync(GatewayWorld world, Predicate<JsonElement> condition)
    {
        JsonElement table = default;
        await Poll.UntilAsync(
            async () =>
            {
                var query = await world.Api.FindAsync("/api/queries", "queries", "name", "rooms");
                table = query!.Value.GetProperty("tables")[0].Clone();
                return condition(table);
            },
            state: () => table.ToString());
        return table;
    }

    /// <summary>The room that a reading of a device is joined with, the result's row of this number.</summary>
    private static async Task<string?> RoomOfAsync(GatewayWorld world, string device, int number)
    {
        await world.Api.PublishAsync("readings", device, $$"""{"device":"{{device}}"}""");
        var rows = await world.RecordsAsync("named", number);
        Assert.Equal(number, rows.Count);
        return rows[^1].Data.TryGetProperty("room", out var room) ? room.GetString() : null;
    }

    private static async Task PutAsync(S3Server server, string content)
    {
        using var client = server.Connect();
        await client.PutBucketAsync(server.Bucket);
        await client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = server.Bucket, Key = "tables/rooms.csv", ContentBody = content, UseChunkEncoding = false,
        });
    }

    private static string Config(Relay relay, S3Server server) => $$"""
        {{QuietConfig.Text}}
        streams:
          - name: named
            segmentSize: 1MiB
        queries:
          - name: rooms
            sql: >
              SELECT STREAM s.device AS "device", r.room AS "room"
              FROM readings AS s LEFT JOIN ROOMS AS r ON s.device = r.device
            inputs:
              - stream: readings
                columns: [{name: device, type: VARCHAR(8)}]
            references:
              - name: ROOMS
                format: csv
                header: true
                columns: [{name: DEVICE, type: VARCHAR(8)}, {name: ROOM, type: VARCHAR(16)}]
                s3:
                  endpoint: http://127.0.0.1:{{relay.Port}}
                  bucket: {{server.Bucket}}
                  key: tables/rooms.csv
                  every: 5s
                  timeout: 5s
                  accessKey: {{server.AccessKeyId}}
                  secretKey: {{server.SecretAccessKey}}
            outputs: [{stream: named, key: device}]
        """;

    /// <summary>A link to a server of 127.0.0.1 that can be cut.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly int _target;
        private readonly LoopbackServer _server;
        private volatile CancellationTokenSource _link = new();

        public Relay(int target)
        {
            _target = target;
            _server = new LoopbackServer(ServeAsync);
        }

        public int Port => _server.Port;

        public void Cut()
        {
            _server.Close();
            _link.Cancel();
        }

        public void Mend()
        {
            _link = new CancellationTokenSource();
            _server.Open();
        }

        public ValueTask DisposeAsync()
        {
            _link.Cancel();
            return _server.DisposeAsync();
        }

        private async Task ServeAsync(Socket client, CancellationToken stop)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, _link.Token);
            await using var near = new NetworkStream(client);
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, end.Token);
                var far = server.GetStream();
                await Task.WhenAny(near.CopyToAsync(far, end.Token), far.CopyToAsync(near, end.Token));
            }
            catch (OperationCanceledException)
            {
                // The link was cut.
                return;
            }
        }
    }
}
