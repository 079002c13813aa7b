using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records delivered to NATS JetStream, once and in order.</summary>
public sealed class NatsDeliveryTests
{
    private const int Records = 3000;

    [Fact]
    public async Task Every_record_is_there_once_although_gateway_and_server_are_killed()
    {
        await using var cluster = await NatsCluster.StartAsync();
        await cluster.MakeStreamAsync("TELEMETRY", "to.>", 1);
        await using var world = await GatewayWorld.StartAsync("nats-kill", Config(cluster.Urls));
        for (var life = 0; life < 3; life++)
        {
            await DeliveredReadings.AppendAsync(world, Records / 3, life * Records / 3);
            world.Gateway.Kill9();
            await cluster.KillAsync(0);
            await cluster.StartAgainAsync(0);
            await world.StartAgainAsync();
        }

        await CheckAsync(world, cluster);
    }

    [Fact]
    public async Task Every_record_is_there_once_although_a_server_of_three_is_killed()
    {
        await using var cluster = await NatsCluster.StartAsync(3);
        await cluster.MakeStreamAsync("TELEMETRY", "to.>", 3);
        await using var world = await GatewayWorld.StartAsync("nats-cluster", Config(cluster.Urls));
        for (var server = 0; server < 3; server++)
        {
            await DeliveredReadings.AppendAsync(world, Records / 3, server * Records / 3);
            var target = (server * Records / 3) + 100;
            await Poll.UntilAsync(
                async () => (await DeliveredReadings.StatusAsync(world)).GetProperty("deliveredRecords").GetInt64()
                    >= target,
                DeliveredReadings.Deadline);
            await cluster.KillAsync(server);
            await cluster.StartAgainAsync(server);
        }

        await CheckAsync(world, cluster);
    }

    [Fact]
    public async Task A_subject_without_a_stream_holds_up_until_there_is_one()
    {
        await using var cluster = await NatsCluster.StartAsync();
        await using var world = await GatewayWorld.StartAsync("nats-missing", Config(cluster.Urls));
        await DeliveredReadings.AppendAsync(world, 9);
        await Poll.UntilAsync(async () =>
            (await DeliveredReadings.StatusAsync(world)).GetProperty("lastError").GetString()?
                .Contains("no stream of JetStream takes the subject", StringComparison.Ordinal) == true);
        await cluster.MakeStreamAsync("TELEMETRY", "to.>", 1);
        await DeliveredReadings.SettledAsync(world, 9);
    }

    [Fact]
    public async Task A_wrong_password_holds_up_and_stands_in_no_reason()
    {
        await using var cluster = await NatsCluster.StartAsync(
            more: "authorization { user: \"gateway\", password: \"right\" }");
        await using var world = await GatewayWorld.StartAsync("nats-password", Config(
            cluster.Urls, "\n  username: gateway\n  password: wrong-one"));
        await DeliveredReadings.AppendAsync(world, 3);
        JsonElement status = default;
        await Poll.UntilAsync(async () =>
        {
            status = await DeliveredReadings.StatusAsync(world);
            return status.GetProperty("lastError").GetString()?
                .Contains("Authorization Violation", StringComparison.Ordinal) == true;
        });
        Assert.DoesNotContain("wrong-one", $"{status}");
    }

    private static string Config(string urls, string more = "") => DeliveredReadings.Config($$"""
        nats:
          url: {{urls}}
          subject: "to.{stream}.{key}"
          timeout: 5s{{more}}
        """);

    private static async Task CheckAsync(GatewayWorld world, NatsCluster cluster)
    {
        await DeliveredReadings.SettledAsync(world, Records);
        var messages = await cluster.ReadAsync("TELEMETRY");
        Assert.Equal(messages.Count, messages.Select(message => message[1]).Distinct().Count());
        DeliveredReadings.AssertInOrder(
            messages.Select(message => (message[0].Replace("to.readings.", "", StringComparison.Ordinal),
                JsonDocument.Parse(message[2]).RootElement.GetProperty("number").GetInt32())),
            Records);
    }
}
