namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records delivered to PostgreSQL as rows.</summary>
public sealed class PostgresDeliveryTests
{
    private const int Records = 3000;

    [Fact]
    public async Task Every_record_is_a_row_once_although_gateway_and_server_are_killed()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync("postgres", Config(server.Port));
        for (var life = 0; life < 3; life++)
        {
            await DeliveredReadings.AppendAsync(world, Records / 3, life * Records / 3);
            world.Gateway.Kill9();
            await server.KillAsync();
            await server.StartAgainAsync();
            await world.StartAgainAsync();
        }

        await DeliveredReadings.SettledAsync(world, Records);
        DeliveredReadings.AssertInOrder(await server.ReadingsAsync(), Records);
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_of_a_copy_has_each_row_once()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var proxy = new PostgresProxy(server.Port, isAnswer: false);
        await using var world = await GatewayWorld.StartAsync("postgres-copy", Config(proxy.Port));
        await DeliveredReadings.AppendAsync(world, 1000);
        await proxy.Reached.WaitAsync(DeliveredReadings.Deadline);
        await server.KillAsync();
        await server.StartAgainAsync();
        await DeliveredReadings.SettledAsync(world, 1000);
        DeliveredReadings.AssertInOrder(await server.ReadingsAsync(), 1000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_of_a_lost_answer_are_there_once(bool isKilled)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var proxy = new PostgresProxy(server.Port, isAnswer: true);
        await using var world = await GatewayWorld.StartAsync("postgres-lost", Config(proxy.Port));
        await DeliveredReadings.AppendAsync(world, 1000);
        await proxy.Reached.WaitAsync(DeliveredReadings.Deadline);
        if (isKilled)
        {
            world.Gateway.Kill9();
            await world.StartAgainAsync();
        }

        await DeliveredReadings.SettledAsync(world, 1000);
        DeliveredReadings.AssertInOrder(await server.ReadingsAsync(), 1000);
    }

    [Fact]
    public async Task A_refused_row_is_put_aside_and_those_beside_it_are_there_over_a_verified_connection()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var world = await GatewayWorld.StartAsync(
            "postgres-refused",
            Config(server.Port, $"encrypted: true\n  tls: {{authorities: {server.Authority}}}", "5s"));
        await DeliveredReadings.AppendAsync(world, 3);
        await world.Api.PublishAsync("readings", "device/1", """{"number":-7}""");
        await world.Api.PublishAsync("readings", "device/1", """{"number":"one"}""");
        await DeliveredReadings.AppendAsync(world, 9, 3);
        var status = await DeliveredReadings.SettledAsync(world, 14);
        Assert.Equal(2, status.GetProperty("rejectedRecords").GetInt64());
        DeliveredReadings.AssertInOrder(await server.ReadingsAsync(), 12);
        var rejected = await world.RecordsAsync("delivery-errors", 2);
        Assert.Contains("readings_number_check", rejected[0].Data.GetRawText());
        Assert.Contains("invalid input syntax for type integer", rejected[1].Data.GetRawText());
        Assert.Equal(
            ["device/0|{\"number\": 0}|t"],
            await server.AskAsync("SELECT sensor, payload, at > now() - interval '1 hour' FROM readings "
                + "WHERE number = 0"));
        Assert.Equal(["14|-1"], await server.AskAsync("SELECT last_sequence, last_place FROM edgestream_delivery"));
    }

    private static string Config(
        int port, string encryption = "encrypted: false", string bufferTime = "0s") =>
        DeliveredReadings.Config($$"""
            postgresql:
              url: postgresql://127.0.0.1:{{port}}/telemetry
              username: {{PostgresServer.UserName}}
              password: {{PostgresServer.Password}}
              {{encryption}}
              table: readings
              columns:
                - {name: sensor, field: key}
                - {name: number}
                - {name: at, field: eventTime}
                - {name: payload, field: data}
              requestRecords: 200
            """, bufferTime);
}
