using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Kinesis.Tests;

/// <summary>The API in this process on a free port, over a data folder of its own.</summary>
internal sealed class KinesisUnderTest : IAsyncDisposable
{
    public const string StreamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    public const string FirstShard = "shardId-000000000000";

    private readonly TemporaryFolder _folder = new("kinesis");

    private KinesisUnderTest()
    {
    }

    public string DataFolder => _folder.Combine("data");

    public StreamStore Store { get; private set; } = null!;

    public KinesisService Service { get; private set; } = null!;

    public KinesisServer Server { get; private set; } = null!;

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public static async Task<KinesisUnderTest> StartAsync(
        TimeProvider? time = null,
        Func<KinesisServiceOptions, KinesisServiceOptions>? change = null,
        KinesisCertificate? certificate = null,
        StorageLimits? limits = null,
        IConnectionListenerFactory? transport = null)
    {
        var kinesis = new KinesisUnderTest();
        kinesis.Store = StreamStore.Open(
            new StreamStoreOptions { Folder = kinesis.DataFolder, Limits = limits ?? StorageLimits.None }, time);
        var options = new KinesisServiceOptions();
        kinesis.Service = await KinesisService.OpenAsync(kinesis.Store, change?.Invoke(options) ?? options, time);
        kinesis.Server = await KinesisServer.StartAsync(
            new KinesisServerOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0), Certificate = certificate, Transport = transport,
            },
            kinesis.Service,
            NullLoggerFactory.Instance);
        kinesis.Client.BaseAddress = new Uri($"http://{kinesis.Server.EndPoint}");
        return kinesis;
    }

    /// <summary>A request that everybody may send where there are no keys.</summary>
    public static HttpRequestMessage Request(string action, byte[] body, string contentType = ContentType.Json)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue(contentType) },
            },
        };
        request.Headers.TryAddWithoutValidation(
            "X-Amz-Target", action.Contains('.', StringComparison.Ordinal) ? action : "Kinesis_20131202." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0");
        return request;
    }

    public async Task<Answer> CallAsync(string action, string json)
    {
        using var request = Request(action, Encoding.UTF8.GetBytes(json));
        return await Answer.OfAsync(await Client.SendAsync(request));
    }

    /// <summary>The call succeeds.</summary>
    public async Task<JsonElement> OkAsync(string action, string json)
    {
        var answer = await CallAsync(action, json);
        Assert.True(answer.Status == 200, $"{action}: {answer}");
        return answer.Body;
    }

    /// <summary>The call is refused with an error of this type.</summary>
    public async Task<string> RefusedAsync(string type, string action, string json)
    {
        var answer = await CallAsync(action, json);
        Assert.True(answer is { Status: 400 } && answer.Type == type, $"{action} should be {type}: {answer}");
        return answer.Message;
    }

    public Task MakeStreamAsync(int shards = 1, string name = "s") =>
        OkAsync("CreateStream", $$"""{"StreamName":"{{name}}","ShardCount":{{shards}}}""");

    public async Task<string> PutAsync(string key, string text)
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        var answer = await OkAsync(
            "PutRecord", $$"""{"StreamName":"s","PartitionKey":"{{key}}","Data":"{{data}}"}""");
        return answer.GetProperty("SequenceNumber").GetString()!;
    }

    public async Task<string> IteratorAsync(string shard = FirstShard, string more = "\"TRIM_HORIZON\"")
    {
        var answer = await OkAsync(
            "GetShardIterator", $$"""{"StreamName":"s","ShardId":"{{shard}}","ShardIteratorType":{{more}}}""");
        return answer.GetProperty("ShardIterator").GetString()!;
    }

    public Task<JsonElement> ReadAsync(string iterator, int limit = 10_000) =>
        OkAsync("GetRecords", $$"""{"ShardIterator":"{{iterator}}","Limit":{{limit}}}""");

    /// <summary>The texts of all records of a shard.</summary>
    public async Task<string[]> TextsAsync(string shard = FirstShard, string from = "\"TRIM_HORIZON\"")
    {
        var answer = await ReadAsync(await IteratorAsync(shard, from));
        return
        [
            .. answer.GetProperty("Records").EnumerateArray()
                .Select(record => Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64())),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Service.Dispose();
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
