using System.Net;
using System.Text;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>Both APIs in this process, with buckets in memory; can be stopped, or killed, and opened again.</summary>
internal sealed class FirehoseUnderTest : IAsyncDisposable
{
    public const string RoleArn = "arn:aws:iam::000000000000:role/any";
    public const string BucketArn = "arn:aws:s3:::plant";

    /// <summary>A destination that takes what is there at once.</summary>
    public const string AtOnce =
        $$"""
        "RoleARN":"{{RoleArn}}","BucketARN":"{{BucketArn}}","BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":0}
        """;

    private readonly TemporaryFolder _folder = new("firehose");
    private readonly CopyableDisk _disk = new();
    private readonly LogEncryption? _encryption;
    private readonly StorageLimits _limits;
    private string _data;
    private RunnerUnderTest _runner = null!;
    private FirehoseService _firehose = null!;
    private KinesisService _service = null!;
    private KinesisServer _server = null!;
    private HttpClient _client = null!;

    private FirehoseUnderTest(LogEncryption? encryption, StorageLimits limits)
    {
        _encryption = encryption;
        _limits = limits;
        _data = _folder.Combine("data");
    }

    public BucketsUnderTest Buckets { get; } = new();

    public StreamStore Store { get; private set; } = null!;

    public RunnerUnderTest Runner => _runner;

    /// <summary>The clock of the delivery streams; their deliveries have the real one.</summary>
    public ManualTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public HttpClient Client => _client;

    public string? Failure => _firehose.Failure;

    public int DeliveryStreamsMax { get; set; } = 50;

    /// <summary>Which streams the configuration has; counts from the next <see cref="UseAsync"/> on.</summary>
    public Func<string, bool> IsOfHost { get; set; } = static _ => false;

    public static async Task<FirehoseUnderTest> StartAsync(
        LogEncryption? encryption = null, StorageLimits? limits = null)
    {
        var firehose = new FirehoseUnderTest(encryption, limits ?? StorageLimits.None);
        await firehose.OpenAsync();
        return firehose;
    }

    /// <summary>Stops everything and opens it again.</summary>
    public async Task RestartAsync(Func<StreamStore, Task>? between = null)
    {
        await CloseAsync();
        if (between is not null)
        {
            await using var store = OpenStore();
            await between(store);
        }

        await OpenAsync();
    }

    /// <summary>Goes on with the files as they are at this moment, as after a kill.</summary>
    public async Task KillAsync()
    {
        var copy = _folder.Combine(Guid.NewGuid().ToString("N"));
        _disk.Copy(_data, copy);
        Buckets.IsAway = true;
        await CloseAsync();
        Buckets.IsAway = false;
        _data = copy;
        await OpenAsync();
    }

    public Task UseAsync() => _firehose.UseAsync(Options());

    public async Task<Answer> CallAsync(string action, string json, string api = "Firehose_20150804")
    {
        using var request = KinesisUnderTest.Request("", Encoding.UTF8.GetBytes(json));
        request.Headers.Remove("X-Amz-Target");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"{api}.{action}");
        return await Answer.OfAsync(await _client.SendAsync(request));
    }

    public async Task<JsonElement> OkAsync(string action, string json, string api = "Firehose_20150804")
    {
        var answer = await CallAsync(action, json, api);
        Assert.True(answer.Status == 200, $"{action}: {answer}");
        return answer.Body;
    }

    public async Task<string> RefusedAsync(string type, string action, string json, string api = "Firehose_20150804")
    {
        var answer = await CallAsync(action, json, api);
        Assert.True(answer is { Status: 400 } && answer.Type == type, $"{action} should be {type}: {answer}");
        return answer.Message;
    }

    /// <summary>Makes the delivery stream <c>d</c>.</summary>
    public Task MakeAsync(string s3 = AtOnce, string more = "", string name = "d") =>
        OkAsync("CreateDeliveryStream", Create(s3, more, name));

    public static string Create(string s3 = AtOnce, string more = "", string name = "d") =>
        $$"""{"DeliveryStreamName":"{{name}}","ExtendedS3DestinationConfiguration":{ {{s3}} }{{more}}}""";

    public Task PutAsync(string text, string name = "d") => OkAsync(
        "PutRecord",
        $$$"""{"DeliveryStreamName":"{{{name}}}","Record":{"Data":"{{{Base64(text)}}}"}}""");

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public async Task<JsonElement> DescribeAsync(string name = "d") =>
        (await OkAsync("DescribeDeliveryStream", $$"""{"DeliveryStreamName":"{{name}}"}"""))
            .GetProperty("DeliveryStreamDescription");

    public Task DeliveredAsync(string text, string bucket = "") => Poll.UntilAsync(
        () => Buckets.Text(bucket) == text, state: () => $"{Buckets.Text(bucket)}\n{string.Join('\n', Buckets.Names)}");

    public Task GoneAsync(string name = "d") => Poll.UntilAsync(async () =>
        (await CallAsync("DescribeDeliveryStream", $$"""{"DeliveryStreamName":"{{name}}"}""")).Type
            == "ResourceNotFoundException");

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _disk.Dispose();
        _folder.Dispose();
    }

    private FirehoseOptions Options() =>
        new()
        {
            DestinationOf = Buckets.Open, DeliveryStreamsMax = DeliveryStreamsMax, IsOfHost = IsOfHost,
        };

    private StreamStore OpenStore() =>
        StreamStore.Open(
            new StreamStoreOptions { Folder = _data, Disk = _disk, Encryption = _encryption, Limits = _limits });

    private async Task OpenAsync()
    {
        Store = OpenStore();
        _runner = new RunnerUnderTest(Store)
        {
            Configured = _runner?.Configured ?? [],
            RunFailure = _runner?.RunFailure,
        };
        _firehose = await FirehoseService.OpenAsync(
            Store, _runner, Options(), Time, NullLogger.Instance);
        _service = await KinesisService.OpenAsync(Store, new KinesisServiceOptions { Firehose = _firehose });
        _server = await KinesisServer.StartAsync(
            new KinesisServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            _service,
            NullLoggerFactory.Instance);
        _client = new HttpClient { BaseAddress = new Uri($"http://{_server.EndPoint}") };
    }

    private async Task CloseAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _service.Dispose();
        await _firehose.DisposeAsync();
        await _runner.DisposeAsync();
        await Store.DisposeAsync();
    }
}
