using System.Security.Cryptography;
using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Objects of an S3 server that tables are made of, by a stand-in that follows the public description of its
/// answers.</summary>
public sealed class ObjectTableTests : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new("objects");
    private readonly ManualTimeProvider _time = new();
    private readonly StreamStore _store;

    public ObjectTableTests() => _store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Combine("data") });

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_object_is_read_once_and_again_when_it_is_another_one()
    {
        var (content, tag) = ("a,1", TagOf("a,1"));
        await using var server = new HttpStandIn(request => request.Headers.GetValueOrDefault("If-None-Match") == tag
            ? new StandInAnswer(304, "", $"ETag: {tag}")
            : new StandInAnswer(200, content, $"ETag: {tag}", "Last-Modified: Thu, 01 Jan 2026 10:00:00 GMT"));
        await using var table = Open(server);
        await table.FirstRead;
        Assert.Null(table.Failure);
        Assert.Equal("a,1", TextOf(table));
        Assert.Equal("2026-01-01T10:00:00.000Z", table.ChangedAt.ToString());
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=id/", server.Requests[0]["Authorization"]);
        Assert.Equal("/bucket/tables/rooms.csv", server.Requests[0].Target);

        var first = table.Version;
        await AskAgainAsync(server);
        Assert.Equal(tag, server.Requests[^1]["If-None-Match"]);
        Assert.Equal(first, table.Version);
        await Poll.UntilAsync(() => table.CheckedAt!.Value.ToDateTimeOffset() == _time.GetUtcNow());

        (content, tag) = ("a,2", TagOf("a,2"));
        await AskAgainAsync(server);
        await Poll.UntilAsync(() => table.Version != first);
        Assert.Equal("a,2", TextOf(table));
        Assert.Null(table.Failure);
    }

    [Fact]
    public async Task What_was_read_last_stays_while_the_server_is_away_and_after_a_restart()
    {
        var isAway = false;
        await using var server = new HttpStandIn(_ => isAway ? StandInAnswer.Closed : new StandInAnswer(200, "a,1"));
        var readAt = _time.GetUtcNow();
        await using (var table = Open(server))
        {
            await table.FirstRead;
            isAway = true;
            await AskAgainAsync(server);
            await Poll.UntilAsync(() => table.Failure is not null);
            Assert.StartsWith(
                $"s3://bucket/tables/rooms.csv at {server.Url.TrimEnd('/')} cannot be reached: ", table.Failure);
            Assert.Equal("a,1", TextOf(table));
        }

        _time.Advance(TimeSpan.FromHours(1));
        await using var again = Open(server);
        await again.FirstRead;
        Assert.Equal("a,1", TextOf(again));
        Assert.Equal(readAt, again.CheckedAt!.Value.ToDateTimeOffset());
    }

    [Theory]
    [InlineData(403, "SignatureDoesNotMatch", "403 SignatureDoesNotMatch: It is wrong. Mend the access key.")]
    [InlineData(404, "NoSuchKey", "404 NoSuchKey: It is wrong. Put the object there, or mend 'key'.")]
    [InlineData(404, "NoSuchBucket", "404 NoSuchBucket: It is wrong. Create the bucket, or mend 'bucket'.")]
    [InlineData(503, "SlowDown", "503 SlowDown: It is wrong.")]
    public async Task An_answer_that_is_no_object_says_what_to_do(int status, string code, string expected)
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(
            status, $"<Error><Code>{code}</Code><Message>It is wrong.</Message></Error>"));
        await using var table = Open(server);
        await table.FirstRead;
        Assert.EndsWith(expected, table.Failure);
        Assert.Null(table.Version);
        Assert.Null(table.Read());
    }

    [Fact]
    public async Task An_object_that_is_too_long_is_not_read()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, new string('x', (16 << 20) + 1)));
        await using var table = Open(server);
        await table.FirstRead;
        Assert.EndsWith("has more than 16777216 bytes, the most that is read.", table.Failure);
        Assert.Null(table.Version);
    }

    [Fact]
    public async Task An_object_that_ends_too_early_is_none()
    {
        var isWhole = false;
        await using var server = new HttpStandIn(
            _ => new StandInAnswer(200, "a,1\nb,2\n") { CutAfter = isWhole ? null : 41 });
        await using var table = Open(server);
        await table.FirstRead;
        Assert.Null(table.Version);
        Assert.NotNull(table.Failure);
        isWhole = true;
        await AskAgainAsync(server);
        await Poll.UntilAsync(() => table.Version is not null);
        Assert.Equal("a,1\nb,2\n", TextOf(table));
    }

    [Fact]
    public async Task What_is_kept_is_the_same_bytes_for_ever()
    {
        await KeptObject.KeepAsync(_store.State, "s3://b/k", Answer("old"), new Timestamp(1), default);
        await KeptObject.KeepAsync(_store.State, "s3://b/k", Answer("new"), new Timestamp(2), default);
        var entries = _store.State.List("references/").ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.Equal(
            ["references/a65db92acac13cb7aabe84c6f0b024e2", "references/a65db92acac13cb7aabe84c6f0b024e2/1/0000"],
            entries.Keys);
        Assert.Equal(
            "01010100" + "03000000" + "40420F0000000000" + "0200000000000000" + "11507A0E2F5E69D5DFA40A62A1BD7B6E"
                + "226574616722",
            Convert.ToHexString(entries.Values.First().Span));
        Assert.Equal("new", Encoding.UTF8.GetString(entries.Values.Last().Span));

        await KeptObject.ForgetOthersAsync(_store.State, ["s3://b/other"]);
        Assert.Empty(_store.State.List("references/"));
    }

    [Fact]
    public async Task A_long_content_comes_back_whole_in_place_of_another()
    {
        var content = new string('y', (2 << 20) + 17);
        await KeptObject.KeepAsync(_store.State, "s3://b/k", Answer(new string('x', 3 << 20)), default, default);
        await KeptObject.KeepAsync(_store.State, "s3://b/k", Answer(content), default, default);
        var found = KeptObject.Find(_store.State, "s3://b/k");
        Assert.Equal(content, Encoding.UTF8.GetString(found!.Read(_store.State)!));
        Assert.Equal(4, _store.State.List("references/").Count);
        Assert.Null(KeptObject.Find(_store.State, "s3://b/other"));
    }

    [Fact]
    public async Task Contents_have_so_much_room_together()
    {
        for (var number = 0; number < 4; number++)
        {
            await KeptObject.KeepAsync(
                _store.State, $"s3://b/{number}", Answer(new string('x', 16 << 20)), default, default);
        }

        var error = await Assert.ThrowsAsync<IOException>(
            () => KeptObject.KeepAsync(_store.State, "s3://b/5", Answer("x"), default, default));
        Assert.Contains("would take 67108865 bytes together; 67108864 are the most", error.Message);
    }

    [Fact]
    public async Task A_query_joins_an_object_and_goes_on_with_it_after_a_restart_without_its_server()
    {
        var server = new HttpStandIn(_ => new StandInAnswer(200, """{"id":"a","room":"Hall"}"""));
        await using var gateway = await GatewayUnderTest.StartAsync(Yaml(server.Url));
        await gateway.PostAsync("readings", """{"key":"a","data":{"device":"a"}}""");
        Assert.Equal("Hall", await RoomAsync(gateway, 0));
        var table = (await gateway.GetAsync("/api/queries")).GetProperty("queries")[0].GetProperty("tables")[0];
        Assert.Equal(1, table.GetProperty("rows").GetInt32());
        Assert.Null(table.GetProperty("failure").GetString());

        await server.DisposeAsync();
        await gateway.RestartAsync();
        await gateway.PostAsync("readings", """{"key":"a","data":{"device":"a"}}""");
        Assert.Equal("Hall", await RoomAsync(gateway, 1));
        await Poll.UntilAsync(async () =>
            (await gateway.Client.GetStringAsync("/metrics"))
                .Contains("edgestream_query_stale_tables{query=\"rooms\"} 1", StringComparison.Ordinal));

        // A run for one client joins it, too, and none goes without.
        var (_, rows) = await RunAsync(gateway, """{"query":"rooms","from":"1h"}""");
        Assert.Contains("\"Hall\"", rows);
        (_, rows) = await RunAsync(
            gateway, """{"sql":"SELECT STREAM room FROM readings s JOIN rooms r ON s.device = r.id","from":"1h"}""");
        Assert.Contains("\"Hall\"", rows);
        await gateway.ReloadAsync(Yaml(server.Url).Replace("key: rooms.json", "key: new.json"));
        var (status, error) = await RunAsync(gateway, """{"query":"rooms","from":"1h"}""");
        Assert.Equal(400, status);
        Assert.Contains("Table ROOMS has not been read. s3://bucket/new.json at ", error);
    }

    [Theory]
    [InlineData("{name: T, columns: [{name: A}]}", "the table 'T' is a file or an object: give 'path' or 's3'")]
    [InlineData(
        "{name: T, path: t.csv, s3: {bucket: bucket, key: k}, columns: [{name: A}]}",
        "the table 'T' is a file or an object: give 'path' or 's3'")]
    [InlineData(
        "{name: T, s3: {bucket: b, key: k}, columns: [{name: A}]}", "'bucket' 'b' is not a bucket: 3 to 63 letters")]
    [InlineData(
        "{name: T, s3: {bucket: bucket, key: k}, columns: [{name: A}]}, "
        + "{name: U, s3: {bucket: bucket, key: k, every: 9s}, columns: [{name: A}]}",
        "another table is made of s3://bucket/k with other settings: give both the same")]
    public void What_cannot_be_a_table_is_refused_at_its_place(string tables, string expected) =>
        Assert.Contains(expected, ConfigText.Error($"queries: [{{name: q, sql: x, references: [{tables}]}}]".Replace(
            "sql: x", "sql: SELECT STREAM * FROM readings", StringComparison.Ordinal)));

    private static S3ObjectAnswer Answer(string content) => new(
        Encoding.UTF8.GetBytes(content), "\"etag\"", DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(1));

    /// <summary>What most servers tell an object by.</summary>
    private static string TagOf(string content) =>
        $"\"{Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(content)))}\"";

    private static string TextOf(ObjectTable table) => Encoding.UTF8.GetString(table.Read()!);

    private static async Task<string?> RoomAsync(GatewayUnderTest gateway, int index)
    {
        string? room = null;
        await Poll.UntilAsync(async () =>
        {
            var rows = (await gateway.GetAsync("/api/streams/named/records?from=trim-horizon")).GetProperty("records");
            room = rows.GetArrayLength() > index
                ? rows[index].GetProperty("data").GetProperty("ROOM").GetString() : null;
            return rows.GetArrayLength() > index;
        });
        return room;
    }

    private static async Task<(int Status, string Text)> RunAsync(GatewayUnderTest gateway, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync("/api/queries/run", content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Yaml(string url) => GatewayUnderTest.Quiet + $$"""
        streams: [{name: named, segmentSize: 64KiB}]
        queries:
          - name: rooms
            sql: SELECT STREAM s.device, r.room AS ROOM FROM readings AS s LEFT JOIN ROOMS AS r ON s.device = r.id
            inputs: [{stream: readings, columns: [{name: device, type: VARCHAR(8)}]}]
            references:
              - name: ROOMS
                s3: {endpoint: "{{url}}", bucket: bucket, key: rooms.json, accessKey: id, secretKey: secret}
                columns: [{name: ID, type: VARCHAR(8)}, {name: ROOM, type: VARCHAR(8)}]
            outputs: [{stream: named}]
        """;

    private ObjectTable Open(HttpStandIn server) => new(
        new ObjectTableConfig(
            new S3DestinationOptions
            {
                Endpoint = server.Url.TrimEnd('/'), Bucket = "bucket", AccessKeyId = "id", SecretAccessKey = "secret",
                TimeoutSeconds = 3600,
            },
            "tables/rooms.csv",
            Every),
        _store.State, _time, NullLogger.Instance);

    private async Task AskAgainAsync(HttpStandIn server)
    {
        var asked = server.Requests.Count;
        await Poll.UntilAsync(() =>
        {
            _time.Advance(Every);
            return server.Requests.Count > asked;
        });
    }
}
