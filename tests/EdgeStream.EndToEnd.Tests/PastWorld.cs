using System.Net;
using System.Text.Json;
using EdgeStream.Delivery;
using EdgeStream.Kinesis;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A gateway on a data folder whose iterators and page tokens an hour ago have expired, with little room for
/// anything that can have a limit.</summary>
internal sealed class PastWorld : IAsyncDisposable
{
    private const string Past = "past";
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    private readonly TemporaryFolder _folder;
    private readonly GatewayProcess _gateway;

    private PastWorld(TemporaryFolder folder, GatewayProcess gateway, int port, string given)
    {
        _folder = folder;
        _gateway = gateway;
        Url = $"http://127.0.0.1:{port}";
        Given = given;
    }

    /// <summary>The endpoint of both APIs.</summary>
    public string Url { get; }

    /// <summary>What was given out an hour ago, as the tables refer to it.</summary>
    public string Given { get; }

    /// <summary>What the gateway has said.</summary>
    public string Output => $"{_gateway.Output}";

    public static async Task<PastWorld> StartAsync()
    {
        var folder = new TemporaryFolder(Past);
        try
        {
            var data = folder.Combine("data");
            var given = await LivePastAsync(data);
            var port = FreePort.Next();
            var gateway = await GatewayProcess.StartReadyAsync(new GatewayLaunch
            {
                DataFolder = data,
                ConfigFile = folder.Write("edgestream.yaml", Config(port)),
            });
            return new PastWorld(folder, gateway, port, given);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Serves the API on the folder as it was an hour ago, and asks for what will have expired.</summary>
    private static async Task<string> LivePastAsync(string data)
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow() - Age);
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = data }, time);
        await using var firehose = await FirehoseService.OpenAsync(
            store,
            new IdleRunner(),
            new FirehoseOptions { DestinationOf = bucket => new S3DestinationOptions { Bucket = bucket } },
            time,
            NullLogger.Instance);
        using var service = await KinesisService.OpenAsync(
            store, new KinesisServiceOptions { Firehose = firehose }, time);
        await using var server = await KinesisServer.StartAsync(
            new KinesisServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            service,
            NullLoggerFactory.Instance);
        var api = new KinesisApi(server.EndPoint.Port, "any", "any");
        await api.CallAsync("CreateStream", $$"""{"StreamName":"{{Past}}","ShardCount":2}""");
        await api.CallAsync(
            "CreateStream", """{"StreamName":"past-too","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""");
        var arn = new KinesisNames().OfStream(Past);
        foreach (var name in (string[])["a", "b"])
        {
            await api.CallAsync(
                "RegisterStreamConsumer", $$"""{"StreamARN":"{{arn}}","ConsumerName":"{{name}}"}""");
        }

        foreach (var name in (string[])["a", "b"])
        {
            await api.CallAsync("CreateChannel", ChannelOf(name));
        }

        var given = new
        {
            past = new
            {
                iterator = await TextAsync(
                    "GetShardIterator",
                    $$"""
                    {"StreamName":"{{Past}}","ShardId":"shardId-000000000000","ShardIteratorType":"LATEST"}
                    """,
                    "ShardIterator"),
                shards = await TextAsync(
                    "ListShards", $$"""{"StreamName":"{{Past}}","MaxResults":1}""", "NextToken"),
                consumers = await TextAsync(
                    "ListStreamConsumers", $$"""{"StreamARN":"{{arn}}","MaxResults":1}""", "NextToken"),
                streams = await TextAsync("ListStreams", """{"Limit":1}""", "NextToken"),
                channels = await TextAsync("ListChannels", """{"MaxResults":1}""", "NextToken"),
            },
        };
        foreach (var name in (string[])["a", "b"])
        {
            await api.CallAsync(
                "DeleteChannel", $$"""{"ChannelARN":"arn:aws:kinesis:us-east-1:000000000000:channel/{{name}}"}""");
        }

        return JsonSerializer.Serialize(given);

        async Task<string> TextAsync(string action, string request, string member) =>
            (await api.CallAsync(action, request)).GetProperty(member).GetString()!;
    }

    private static string ChannelOf(string name) =>
        $$$"""
        {"ChannelName":"{{{name}}}","ServiceExecutionRoleARN":"arn:aws:iam::000000000000:role/any",
        "StreamConfigurationList":[{"StreamARN":"{{{new KinesisNames().OfStream("past-too")}}}",
        "RecordConfiguration":{"RecordFormatType":"JSON"}}],"S3DestinationConfiguration":{"StorageConfiguration":{
        "BucketARN":"arn:aws:s3:::bucket","ExpectedBucketOwner":"000000000000","CompressionType":"NONE"} } }
        """;

    private static string Config(int port) => $"""
        {QuietConfig.NoSensors}
        rules: []
        deliveries:
          - name: configured
            folder:
              path: delivered
        streams:
          - name: alerts
            segmentSize: 256KiB
        kinesis:
          enabled: true
          port: {port}
          onDemandStreamsMax: 3
          credentials:
            - accessKeyId: {KinesisWorld.AccessKeyId}
              secretAccessKey: {KinesisWorld.Secret}
        firehose:
          endpoint: http://127.0.0.1:9
          accessKey: any
          secretKey: any
          deliveryStreamsMax: 3
        """;

    /// <summary>Delivers nothing.</summary>
    private sealed class IdleRunner : IDeliveryRunner
    {
        public IReadOnlyList<DeliveryDefinition> Configured => [];

        public Task RunAsync(DeliveryDefinition definition) => Task.CompletedTask;

        public Task StopAsync(string title) => Task.CompletedTask;

        public bool IsRunning(string title) => false;

        public Task FlushAsync(string title, CancellationToken cancellationToken) => Task.CompletedTask;

        public long BacklogOf(string title) => 0;
    }
}
