using System.Collections.Concurrent;
using System.Text;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The published gateway's delivery streams behind AWS's own clients, delivering to a server that verifies
/// signatures.</summary>
[Collection(RadosGatewayFixture.Name)]
public sealed class FirehoseClientTests(RadosGatewayFixture fixture, ITestOutputHelper output) : IDisposable
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string RoleArn = "arn:aws:iam::000000000000:role/any";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _keys = new("firehose-key");
    private readonly int _seed = TestSeed.Take(1).First();

    private S3Server Server => fixture.Server;

    [Fact]
    public async Task The_javascript_sdk_calls_every_action()
    {
        await using var world = await StartAsync(out var port, isSmall: true);
        var result = await ScriptAsync("actions.mjs", port);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}\n{world.Gateway.Output}");

        // It was deleted, and so delivered before. Delimiters follow what was not delivered when they were switched on.
        var text = await Server.TextAsync("sdk/");
        Assert.Equal(result.Output.Trim(), text.Replace("\n", "", StringComparison.Ordinal));
        Assert.EndsWith("last\n\n", text, StringComparison.Ordinal);
        var metrics = await (await world.Api.GetAsync("/metrics")).Content.ReadAsStringAsync();
        Assert.Contains(
            "edgestream_kinesis_requests_total{action=\"Firehose.PutRecordBatch\",result=\"ok\"} 1\n",
            metrics,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_javascript_sdk_has_objects_named_by_values_of_the_data()
    {
        await using var world = await StartAsync(out var port);
        var result = await ScriptAsync("partitions.mjs", port);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}\n{world.Gateway.Output}");
        Assert.Equal(
            """
            {"device":{"id":"a"},"tags":["hot"],"n":1}
            {"device":{"id":"a"},"tags":["hot"],"n":3}

            """,
            await Server.TextAsync("parts/device=a/kind=hot/"));
        Assert.Equal(
            """
            {"device":{"id":"b"},"tags":["hot"],"n":2}

            """,
            await Server.TextAsync("parts/device=b/kind=hot/"));
        Assert.Equal("{\"kind\":\"late\",\"n\":5}\n", await Server.TextAsync("parts/kind=late/"));

        // A record without one of the values has no object: it stands below the error prefix with the reason.
        var refused = await Server.TextAsync("partless/");
        Assert.Contains("names of objects", refused, StringComparison.Ordinal);
        Assert.Contains(
            Base64("{\"device\":{},\"tags\":[\"hot\"],\"n\":4}"), refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_aws_cli_calls_every_action()
    {
        await using var world = await StartAsync(out var port);
        var aws = new AwsCli(world, port, "firehose", Secret);
        string[] named = ["--delivery-stream-name", "cli"];
        await aws.OkAsync(["create-delivery-stream", .. named, "--s3-destination-configuration",
            $"RoleARN={RoleArn},BucketARN=arn:aws:s3:::{Server.Bucket},Prefix=cli/"]);
        await aws.OkAsync(["put-record", .. named, "--record", $"Data={Base64("one")}"]);
        await aws.OkAsync(["put-record-batch", .. named, "--records",
            $$"""[{"Data":"{{Base64("two")}}"},{"Data":"{{Base64("three")}}"}]"""]);
        await aws.OkAsync(["tag-delivery-stream", .. named, "--tags", "Key=a,Value=b"]);
        Assert.Equal(
            "b",
            (await aws.OkAsync(["list-tags-for-delivery-stream", .. named])).GetProperty("Tags")[0].GetProperty("Value")
                .GetString());
        await aws.OkAsync(["untag-delivery-stream", .. named, "--tag-keys", "a"]);
        await aws.OkAsync(["start-delivery-stream-encryption", .. named]);
        await aws.OkAsync(["stop-delivery-stream-encryption", .. named]);
        await aws.OkAsync(["update-destination", .. named, "--current-delivery-stream-version-id", "1",
            "--destination-id", "destinationId-000000000001", "--s3-destination-update", "CompressionFormat=GZIP"]);
        var described = (await aws.OkAsync(["describe-delivery-stream", .. named]))
            .GetProperty("DeliveryStreamDescription");
        Assert.Equal("2", described.GetProperty("VersionId").GetString());
        Assert.Contains(
            "cli",
            (await aws.OkAsync("list-delivery-streams")).GetProperty("DeliveryStreamNames").EnumerateArray()
                .Select(name => name.GetString()));
        await aws.OkAsync(["delete-delivery-stream", .. named]);
        CommandResult gone = null!;
        await Poll.UntilAsync(
            async () => (gone = await aws.RunAsync(["describe-delivery-stream", .. named])).ExitCode != 0,
            state: () => $"{world.Gateway.Output}");
        Assert.Contains(
            "An error occurred (ResourceNotFoundException) when calling the DescribeDeliveryStream operation: Firehose "
                + "cli under account 000000000000 not found.",
            gone.Error,
            StringComparison.Ordinal);
        Assert.Equal("onetwothree", await Server.TextAsync("cli/"));
    }

    [Fact]
    public async Task Records_put_over_kills_and_changes_arrive_once()
    {
        const int Kills = 4;
        output.WriteLine($"EDGESTREAM_TEST_SEED={_seed}");
        var random = new Random(_seed);
        await using var world = await StartAsync(out var port, hasKeys: false);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await OkAsync(
            client,
            "CreateDeliveryStream",
            $$$"""
            {"DeliveryStreamName":"k","S3DestinationConfiguration":{"RoleARN":"{{{RoleArn}}}",
            "BucketARN":"arn:aws:s3:::{{{Server.Bucket}}}","Prefix":"kill/",
            "BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":0} } }
            """);
        var acknowledged = new ConcurrentQueue<int>();
        var next = 0;
        for (var life = 1; life <= Kills; life++)
        {
            var putting = PutUntilKilledAsync(client, () => next++, acknowledged);
            var target = acknowledged.Count + 50 + random.Next(100);
            await Poll.UntilAsync(
                () => acknowledged.Count >= target,
                state: () => $"{putting.Status} {putting.Exception}\n{world.Gateway.Output}");
            await OkAsync(
                client,
                "UpdateDestination",
                $$$"""
                {"DeliveryStreamName":"k","CurrentDeliveryStreamVersionId":"{{{life}}}","S3DestinationUpdate":
                {"Prefix":"kill/{{{life}}}/"},"DestinationId":"destinationId-000000000001"}
                """);
            await Poll.UntilAsync(
                () => acknowledged.Count >= target + random.Next(50),
                state: () => $"{putting.Status} {putting.Exception}\n{world.Gateway.Output}");
            world.Gateway.Kill9();
            await putting;
            await world.StartAgainAsync();
        }

        await OkAsync(client, "DeleteDeliveryStream", """{"DeliveryStreamName":"k"}""");
        await Poll.UntilAsync(
            async () => (await SendAsync(client, "DescribeDeliveryStream", """{"DeliveryStreamName":"k"}""")).Status
                == 400,
            Deadline,
            () => $"{world.Gateway.Output}");
        int[] arrived =
        [
            .. (await Server.TextAsync("kill/")).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse),
        ];
        Assert.Equal(arrived.Distinct().Order(), arrived.Order());
        Assert.Empty(acknowledged.Except(arrived));
        Assert.True(arrived.Length <= next, $"{arrived.Length} of {next}");
    }

    public void Dispose() => _keys.Dispose();

    private static async Task PutUntilKilledAsync(HttpClient client, Func<int> next, ConcurrentQueue<int> acknowledged)
    {
        while (true)
        {
            var number = next();
            try
            {
                await OkAsync(
                    client,
                    "PutRecord",
                    $$$"""{"DeliveryStreamName":"k","Record":{"Data":"{{{Base64($"{number};")}}}"} }""");
            }
            catch (HttpRequestException)
            {
                return;
            }

            acknowledged.Enqueue(number);
        }
    }

    private static async Task OkAsync(HttpClient client, string action, string json)
    {
        var (status, text) = await SendAsync(client, action, json);
        Assert.True(status == 200, $"{action}: {status} {text}");
    }

    private static async Task<(int Status, string Text)> SendAsync(HttpClient client, string action, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "Firehose_20150804." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/firehose/aws4_request, SignedHeaders=host, "
                + "Signature=0");
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<CommandResult> ScriptAsync(string name, int port) => await Command.RunAsync(
        "/usr/bin/env",
        [
            "AWS_EC2_METADATA_DISABLED=true", "NODE_NO_WARNINGS=1", "node",
            RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "firehose", name),
            await NodeModules.InstallAwsSdkAsync(), $"http://127.0.0.1:{port}", "AKIDEXAMPLE", Secret, Server.Bucket,
        ],
        deadline: Deadline);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private Task<GatewayWorld> StartAsync(out int port, bool hasKeys = true, bool isSmall = false)
    {
        port = FreePort.Next();
        var keys = hasKeys
            ? $"\n  credentials:\n    - accessKeyId: AKIDEXAMPLE\n      secretAccessKey: {Secret}"
            : "";
        return GatewayWorld.StartAsync("firehose", $$"""
            {{QuietConfig.NoSensors}}
            rules: []
            deliveries:
              - name: configured
                folder:
                  path: delivered
            storage:
              encryption:
                keys:
                  - name: k
                    file: {{KeyFile()}}
            kinesis:
              enabled: true
              port: {{port}}{{keys}}
            firehose:
              endpoint: {{Server.Endpoint}}
              accessKey: {{Server.AccessKeyId}}
              secretKey: {{Server.SecretAccessKey}}
              timeout: 10s
              deliveryStreamsMax: {{(isSmall ? 1 : 50)}}
            """);
    }

    /// <summary>The log's key, so that delivery streams can be called encrypted.</summary>
    private string KeyFile() => _keys.Write(
        "key", Convert.ToHexString(Encoding.UTF8.GetBytes("0123456789abcdef0123456789abcdef")));
}
