using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The published gateway behind AWS's own clients, unchanged: the SDK for JavaScript v3, boto3, the AWS
/// CLI.</summary>
public sealed class KinesisClientTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static string Scripts =>
        RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "kinesis");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_javascript_sdk_calls_every_action_over_http2(bool isTls)
    {
        var modules = await NodeModules.InstallAwsSdkAsync();
        using var authority = new TestCertificates();
        using var folder = new TemporaryFolder("kinesis-tls");
        var (certificate, key) = authority.Sign("gateway");
        folder.Write("server.pem", certificate);
        folder.Write("server.key", key);
        var trusted = folder.Write("ca.pem", authority.Authority);
        await using var world = await StartAsync(out var port, isTls ? folder : null);
        var result = await Command.RunAsync(
            "/usr/bin/env",
            [
                "AWS_EC2_METADATA_DISABLED=true", $"NODE_EXTRA_CA_CERTS={trusted}", "NODE_NO_WARNINGS=1",
                "node", System.IO.Path.Combine(Scripts, "actions.mjs"), modules,
                $"{(isTls ? "https" : "http")}://127.0.0.1:{port}", "AKIDEXAMPLE", Secret,
            ],
            deadline: Deadline);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}\n{world.Gateway.Output}");
        Assert.Contains("every action", result.Output, StringComparison.Ordinal);
        var metrics = await (await world.Api.GetAsync("/metrics")).Content.ReadAsStringAsync();
        Assert.Contains(
            "edgestream_kinesis_requests_total{action=\"PutRecords\",result=\"ok\"} 1\n", metrics,
                StringComparison.Ordinal);
        Assert.Contains(
            "edgestream_kinesis_requests_total{action=\"ListStreams\",result=\"refused\"} 1\n", metrics,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Boto3_reads_what_it_has_put_and_subscribes()
    {
        await using var world = await StartAsync(out var port);
        var result = await Command.RunAsync(
            "/usr/bin/env",
            [
                "AWS_EC2_METADATA_DISABLED=true", "/usr/bin/python3", System.IO.Path.Combine(Scripts, "round_trip.py"),
                $"http://127.0.0.1:{port}", "AKIDEXAMPLE", Secret,
            ],
            deadline: Deadline);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}\n{world.Gateway.Output}");
    }

    [Fact]
    public async Task The_aws_cli_works_with_an_endpoint_url()
    {
        await using var world = await StartAsync(out var port);
        var aws = new AwsCli(world, port, "kinesis", Secret);
        await aws.OkAsync("create-stream", "--stream-name", "cli", "--shard-count", "2");
        await aws.OkAsync("wait", "stream-exists", "--stream-name", "cli");
        var put = await aws.OkAsync(
            "put-record", "--stream-name", "cli", "--partition-key", "k", "--data", "aGVsbG8=");
        var shard = put.GetProperty("ShardId").GetString()!;
        var iterator = (await aws.OkAsync(
            "get-shard-iterator", "--stream-name", "cli", "--shard-id", shard, "--shard-iterator-type", "TRIM_HORIZON"))
            .GetProperty("ShardIterator").GetString()!;
        var read = await aws.OkAsync("get-records", "--shard-iterator", iterator);
        Assert.Equal("aGVsbG8=", read.GetProperty("Records")[0].GetProperty("Data").GetString());
        var shards = await aws.OkAsync("list-shards", "--stream-name", "cli");
        Assert.Equal(2, shards.GetProperty("Shards").GetArrayLength());
        var refused = await aws.RunAsync("describe-stream", "--stream-name", "none");
        Assert.Contains(
            "An error occurred (ResourceNotFoundException) when calling the DescribeStream operation: Stream none "
                + "under "
                + "account 000000000000 not found.",
            refused.Error,
            StringComparison.Ordinal);
        await aws.OkAsync("delete-stream", "--stream-name", "cli");
    }

    [Fact]
    public async Task A_client_without_any_key_is_served_on_the_machine_itself_where_none_is_configured()
    {
        var port = FreePort.Next();
        await using var world = await GatewayWorld.StartAsync("kinesis", $$"""
            {{QuietConfig.Text}}
            kinesis:
              enabled: true
              port: {{port}}
            """);
        var result = await Command.RunAsync(
            "/usr/bin/env",
            [
                "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=", "/usr/bin/aws", "--no-sign-request", "--endpoint-url",
                $"http://127.0.0.1:{port}", "--region", "us-east-1", "--output", "json", "kinesis", "list-streams",
            ],
            deadline: Deadline);
        Assert.True(result.ExitCode == 0, $"{result.Error}\n{world.Gateway.Output}");
        Assert.Contains("\"readings\"", result.Output, StringComparison.Ordinal);
    }

    private static Task<GatewayWorld> StartAsync(out int port, TemporaryFolder? certificate = null)
    {
        port = FreePort.Next();
        var tls = certificate is null
            ? ""
            : $"\n  tls:\n    certificate: {certificate.Combine("server.pem")}"
                + $"\n    key: {certificate.Combine("server.key")}";
        return GatewayWorld.StartAsync("kinesis", $$"""
            {{QuietConfig.Text}}
            kinesis:
              enabled: true
              port: {{port}}
              credentials:
                - accessKeyId: AKIDEXAMPLE
                  secretAccessKey: {{Secret}}{{tls}}
            """);
    }
}
