using System.Net;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Doors;

/// <summary>Delivery streams as the gateway runs them, against an S3 server that takes every PUT.</summary>
public sealed class FirehoseTests
{
    private const string Create =
        """
        {"DeliveryStreamName":"d","S3DestinationConfiguration":{"RoleARN":"arn:r","BucketARN":"arn:aws:s3:::plant",
        "BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":0}}}
        """;

    [Fact]
    public async Task A_reload_takes_what_waits_to_another_server()
    {
        await using var server = new PutServer();
        await using var gateway = await GatewayUnderTest.StartAsync(Config($"http://127.0.0.1:{FreePort.Next()}"));
        await CallAsync(gateway, "CreateDeliveryStream", Create);
        await CallAsync(
            gateway, "PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":"aGVsbG8="}}""");
        await Poll.UntilAsync(async () =>
            (await gateway.GetAsync("/health")).GetRawText().Contains(
                "\"delivery firehose:d\",\"status\":\"degraded\"", StringComparison.Ordinal));
        Assert.Contains("\"firehose:d\"", (await gateway.GetAsync("/api/deliveries")).GetRawText());
        Assert.Contains(
            "edgestream_delivery_backlog_records{delivery=\"firehose:d\"} 1\n",
            await gateway.Client.GetStringAsync("/metrics"));
        await gateway.ReloadAsync(Config(server.Url));
        Assert.Contains("firehose", gateway.Log, StringComparison.Ordinal);
        await Poll.UntilAsync(() => server.Bodies.Contains("hello"), state: () => gateway.Log);
        Assert.StartsWith("/plant/", Assert.Single(server.Paths), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_of_the_configurations_deliveries_leaves_those_of_the_api_alone()
    {
        await using var server = new PutServer();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(server.Url));
        await CallAsync(gateway, "CreateDeliveryStream", Create);
        await gateway.ReloadAsync(Config(server.Url).Replace(
            "deliveries: []", "deliveries: [{name: d, folder: {path: out}}]", StringComparison.Ordinal));
        await CallAsync(gateway, "PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":"aGVsbG8="}}""");
        await Poll.UntilAsync(() => server.Bodies.Contains("hello"), state: () => gateway.Log);
        var names = (await gateway.GetAsync("/api/deliveries")).GetProperty("deliveries").EnumerateArray()
            .Select(delivery => delivery.GetProperty("name").GetString());
        Assert.Equal(["d", "firehose:d"], names);
    }

    [Fact]
    public async Task A_record_too_large_for_the_server_goes_under_the_error_output_prefix_and_those_behind_it_go_on()
    {
        const int SizeBytesMax = 100 << 10;
        await using var server = new PutServer { SizeBytesMax = SizeBytesMax };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(server.Url));
        await CallAsync(gateway, "CreateDeliveryStream", Create.Replace(
            "\"BufferingHints\"",
            "\"Prefix\":\"good/\",\"ErrorOutputPrefix\":\"bad/!{firehose:error-output-type}/\",\"BufferingHints\"",
            StringComparison.Ordinal));
        var large = Convert.ToBase64String(new byte[2 * SizeBytesMax]);
        await CallAsync(gateway, "PutRecord", $$$"""{"DeliveryStreamName":"d","Record":{"Data":"{{{large}}}"}}""");
        await CallAsync(gateway, "PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":"aGVsbG8="}}""");
        await Poll.UntilAsync(() => server.Bodies.Contains("hello"), state: () => gateway.Log);
        Assert.Matches("^/plant/bad/s3-failed/[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9]{2}/d-.*jsonl$", server.Paths[0]);
        Assert.Matches("^/plant/good/", server.Paths[1]);
        Assert.Contains($"\"rawDataBytes\":{2 * SizeBytesMax}", server.Bodies[0], StringComparison.Ordinal);
        var error = Assert.Single(
            (await gateway.GetAsync("/api/streams/delivery-errors/records")).GetProperty("records").EnumerateArray());
        Assert.Equal(large, error.GetProperty("data").GetProperty("rawData").GetString());
    }

    private static string Config(string endpoint) =>
        $$"""
        {{GatewayUnderTest.Quiet}}
        kinesis: {enabled: true, port: 0}
        firehose: {endpoint: "{{endpoint}}", accessKey: a, secretKey: s, timeout: 20s}
        """;

    private static async Task CallAsync(GatewayUnderTest gateway, string action, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Host.Parts.Kinesis!.Url);
        request.Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "Firehose_20150804." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=x/20260101/r/firehose/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Takes whatever is put and is not too large; has nothing that is asked for.</summary>
    private sealed class PutServer : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Lock _gate = new();
        private readonly List<(string Path, string Body)> _puts = [];
        private readonly Task _serving;

        public PutServer()
        {
            Url = $"http://127.0.0.1:{FreePort.Next()}";
            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Url { get; }

        /// <summary>The largest object that it takes.</summary>
        public int SizeBytesMax { get; init; } = int.MaxValue;

        public IReadOnlyList<string> Paths
        {
            get
            {
                lock (_gate)
                {
                    return [.. _puts.Select(put => put.Path)];
                }
            }
        }

        public IReadOnlyList<string> Bodies
        {
            get
            {
                lock (_gate)
                {
                    return [.. _puts.Select(put => put.Body)];
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _serving;
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                if (context.Request.HttpMethod != "PUT" || body.Length > SizeBytesMax)
                {
                    context.Response.StatusCode = (int)(context.Request.HttpMethod == "PUT"
                        ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.NotFound);
                    context.Response.Close();
                    continue;
                }

                lock (_gate)
                {
                    _puts.Add((context.Request.Url!.AbsolutePath, body));
                }

                context.Response.Headers["ETag"] = "\"0\"";
                context.Response.Close();
            }
        }
    }
}
