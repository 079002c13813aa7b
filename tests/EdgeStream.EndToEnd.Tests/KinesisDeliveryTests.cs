using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records delivered to streams upstream: of another gateway, and of a server of another maker.</summary>
public sealed class KinesisDeliveryTests
{
    private const int Records = 600;

    [Fact]
    public async Task Every_record_arrives_in_order_at_another_gateway_that_is_killed_meanwhile()
    {
        var port = FreePort.Next();
        await using var upstream = await KinesisWorld.StartAsync(port);
        using var api = KinesisWorld.ApiOf(port);
        await api.CallAsync("CreateStream", """{"StreamName":"telemetry","ShardCount":2}""");
        await using var world = await GatewayWorld.StartAsync("kinesis-up", Config(port));
        for (var life = 0; life < 3; life++)
        {
            await DeliveredReadings.AppendAsync(world, Records / 3, life * Records / 3);
            if (life == 1)
            {
                upstream.Gateway.Kill9();
                await upstream.StartAgainAsync();
            }
            else
            {
                world.Gateway.Kill9();
                await world.StartAgainAsync();
            }
        }

        await DeliveredReadings.SettledAsync(world, Records);
        var records = await upstream.Api.ReadAllAsync("telemetry");
        DeliveredReadings.AssertInOrder(
            records.Select(record => (record.Key, record.Data.GetProperty("number").GetInt32())).Distinct(), Records);
    }

    [Fact]
    public async Task Every_record_arrives_once_though_the_data_folder_is_set_back_to_a_backup()
    {
        const int Part = 60;
        var port = FreePort.Next();
        await using var upstream = await KinesisWorld.StartAsync(port, """
            streams:
              - name: telemetry
                shards: 2
                deduplication: true
            """);
        await using var world = await GatewayWorld.StartAsync(
            "kinesis-backup", Config(port).Replace(
                "streamName: telemetry", "streamName: telemetry\n      recordIds: true", StringComparison.Ordinal));
        await DeliverPartAsync(world, 0, Part, settled: Part);
        world.Gateway.Kill9();
        await CopyAsync(world.DataFolder, world.Path("backup"));
        await world.StartAgainAsync();
        await DeliverPartAsync(world, Part, Part, settled: 2 * Part);
        world.Gateway.Kill9();
        Directory.Delete(world.DataFolder, recursive: true);
        await CopyAsync(world.Path("backup"), world.DataFolder);
        await world.StartAgainAsync();
        await DeliverPartAsync(world, 2 * Part, Part, settled: 2 * Part);

        var records = await upstream.Api.ReadAllAsync("telemetry");
        DeliveredReadings.AssertInOrder(
            records.Select(record => (record.Key, record.Data.GetProperty("number").GetInt32())), 3 * Part);
        Assert.Contains("The records get new ids", $"{world.Gateway.Output}");
    }

    [Fact]
    public async Task Every_record_arrives_once_and_in_order_at_kinesalite()
    {
        var port = FreePort.Next();
        var modules = await KinesisWorld.InstallAsync("kinesalite-3.3.3", "kinesalite@3.3.3");
        await using var server = KinesisEmulator.StartKinesalite(modules, port);
        await KinesisEmulator.WaitForAsync(port);
        using var api = KinesisWorld.ApiOf(port);
        await api.CallAsync("CreateStream", """{"StreamName":"telemetry","ShardCount":1}""");
        await using var world = await GatewayWorld.StartAsync("kinesalite", Config(port));
        await DeliveredReadings.AppendAsync(world, Records);
        await DeliveredReadings.SettledAsync(world, Records);
        DeliveredReadings.AssertInOrder(await ReadAsync(api), Records);
    }

    [Fact]
    public async Task A_stream_that_is_not_there_holds_up_until_it_is()
    {
        var port = FreePort.Next();
        await using var upstream = await KinesisWorld.StartAsync(port);
        await using var world = await GatewayWorld.StartAsync("kinesis-missing", Config(port));
        await DeliveredReadings.AppendAsync(world, 6);
        await Poll.UntilAsync(async () =>
            (await DeliveredReadings.StatusAsync(world)).GetProperty("lastError").GetString()?
                .Contains("ResourceNotFoundException", StringComparison.Ordinal) == true);
        using var api = KinesisWorld.ApiOf(port);
        await api.CallAsync("CreateStream", """{"StreamName":"telemetry","ShardCount":1}""");
        await world.StartAgainAsync();
        await DeliveredReadings.SettledAsync(world, 6);
        Assert.Empty(await world.Api.ReadAllAsync("delivery-errors"));
    }

    [Fact]
    public async Task Every_record_arrives_at_a_delivery_stream_of_another_gateway()
    {
        var port = FreePort.Next();
        await using var upstream = await GatewayWorld.StartAsync("firehose-up", $"""
            {QuietConfig.Text}
            kinesis:
              enabled: true
              port: {port}
              credentials:
                - accessKeyId: {KinesisWorld.AccessKeyId}
                  secretAccessKey: {KinesisWorld.Secret}
            firehose:
              endpoint: http://127.0.0.1:{FreePort.Next()}
              accessKey: nobody
              secretKey: listens
            """);
        var made = await Command.RunAsync(
            "/usr/bin/env",
            [
                "AWS_EC2_METADATA_DISABLED=true", $"AWS_ACCESS_KEY_ID={KinesisWorld.AccessKeyId}",
                $"AWS_SECRET_ACCESS_KEY={KinesisWorld.Secret}", "/usr/bin/aws", "--endpoint-url",
                $"http://127.0.0.1:{port}", "--region", "us-east-1", "firehose", "create-delivery-stream",
                "--delivery-stream-name", "telemetry", "--s3-destination-configuration",
                "RoleARN=arn:aws:iam::000000000000:role/any,BucketARN=arn:aws:s3:::bucket",
            ],
            deadline: DeliveredReadings.Deadline);
        Assert.True(made.ExitCode == 0, $"{made}");
        await using var world = await GatewayWorld.StartAsync("firehose-edge", Config(port)
            .Replace("kinesis:", "firehose:", StringComparison.Ordinal));
        await DeliveredReadings.AppendAsync(world, Records);
        await DeliveredReadings.SettledAsync(world, Records);
        var records = await upstream.Api.ReadAllAsync("firehose-telemetry");
        Assert.Equal(
            Enumerable.Range(0, Records),
            records.Select(record => record.Data.GetProperty("number").GetInt32()));
    }

    private static async Task DeliverPartAsync(GatewayWorld world, int first, int count, int settled)
    {
        await DeliveredReadings.AppendAsync(world, count, first);
        await DeliveredReadings.SettledAsync(world, settled);
    }

    private static async Task CopyAsync(string folder, string copy)
    {
        var result = await Command.RunAsync("/bin/cp", ["-a", folder, copy]);
        Assert.True(result.ExitCode == 0, $"{result}");
    }

    private static string Config(int port) => DeliveredReadings.Config($"""
        kinesis:
          endpoint: http://127.0.0.1:{port}
          streamName: telemetry
          accessKey: {KinesisWorld.AccessKeyId}
          secretKey: {KinesisWorld.Secret}
        """);

    private static async Task<IReadOnlyList<(string Key, int Number)>> ReadAsync(KinesisApi api)
    {
        var iterator = (await api.CallAsync("GetShardIterator", """
            {"StreamName":"telemetry","ShardId":"shardId-000000000000","ShardIteratorType":"TRIM_HORIZON"}
            """)).GetProperty("ShardIterator").GetString();
        var found = new List<(string, int)>();
        while (true)
        {
            var page = await api.CallAsync("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}""");
            var count = found.Count;
            foreach (var record in page.GetProperty("Records").EnumerateArray())
            {
                using var data = JsonDocument.Parse(
                    Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64()));
                found.Add((record.GetProperty("PartitionKey").GetString()!,
                    data.RootElement.GetProperty("number").GetInt32()));
            }

            if (found.Count == count)
            {
                return found;
            }

            iterator = page.GetProperty("NextShardIterator").GetString();
        }
    }
}
