using System.Text.Json;
using EdgeStream.Delivery;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>What a person sees of a record that holds a delivery up.</summary>
public sealed class RefusedRecordHealthTests
{
    [Fact]
    public async Task It_is_named_by_health_status_and_log_until_the_server_takes_it()
    {
        const int Records = 20;
        const int Refused = 7;
        await using var server = ServerUnderTest.Start();
        server.Decide = static record => record.Payload == Data(Refused)
            ? PublishReceipt.Refused(MqttReasonCode.QuotaExceeded) : PublishReceipt.Accepted;
        await using var gateway = await GatewayUnderTest.StartAsync($$$"""
            sensors: {board: {enabled: false}}
            rules: []
            deliveries:
              - name: up
                bufferTime: 0s
                mqtt:
                  url: mqtt://127.0.0.1:{{{server.Network.Port}}}
                  topic: up
            """);
        for (var number = 1; number <= Records; number++)
        {
            var (status, _) = await gateway.PostAsync("readings", $"{{\"key\":\"pump\",\"data\":{number}}}");
            Assert.Equal(200, status);
        }

        await Poll.UntilAsync(
            async () => (await HealthAsync(gateway)).Contains("QuotaExceeded", StringComparison.Ordinal));
        var health = await HealthAsync(gateway);
        Assert.Contains($"sequence {Refused} of shardId-000000000000, key 'pump'", health, StringComparison.Ordinal);
        Assert.Contains("degraded", health, StringComparison.Ordinal);
        Assert.Contains($"sequence {Refused} of", gateway.Log, StringComparison.Ordinal);
        var delivery = await DeliveryAsync(gateway);
        Assert.Contains("QuotaExceeded", delivery.GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.True(delivery.GetProperty("deliveredRecords").GetInt64() < Refused);

        server.Decide = static _ => PublishReceipt.Accepted;
        await Poll.UntilAsync(
            async () => (await DeliveryAsync(gateway)).GetProperty("deliveredRecords").GetInt64() == Records);
        Assert.DoesNotContain("QuotaExceeded", await HealthAsync(gateway), StringComparison.Ordinal);
        Assert.Equal(
            Enumerable.Range(1, Records).Select(Data),
            server.Received.DistinctBy(record => record.Id).Select(record => record.Payload));
    }

    [Fact]
    public async Task One_more_than_a_batch_notes_is_put_aside_like_all_others()
    {
        const int Refused = RecordProgress.RejectionsMax + 1;
        const int Records = Refused + 1;
        await using var server = ServerUnderTest.Start();
        server.Decide = static record => record.Key == "bad"
            ? PublishReceipt.Refused(MqttReasonCode.NotAuthorized) : PublishReceipt.Accepted;
        await using var gateway = await GatewayUnderTest.StartAsync($$$"""
            sensors: {board: {enabled: false}}
            rules: []
            deliveries:
              - name: up
                bufferTime: 2s
                bufferSize: 1MiB
                mqtt:
                  url: mqtt://127.0.0.1:{{{server.Network.Port}}}
                  topic: up/{key}
            """);
        var list = string.Join(',', Enumerable.Range(0, Records).Select(
            number => $"{{\"key\":\"{(number == 0 ? "good" : "bad")}\",\"data\":{number}}}"));
        Assert.Equal(200, (await gateway.PostAsync("readings", $$"""{"records":[{{list}}]}""")).Status);
        await Poll.UntilAsync(
            async () => (await DeliveryAsync(gateway)).GetProperty("backlogRecords").GetInt64() == 0);
        var delivery = await DeliveryAsync(gateway);
        Assert.Equal(1, delivery.GetProperty("deliveredRecords").GetInt64());
        Assert.Equal(Refused, delivery.GetProperty("rejectedRecords").GetInt64());
    }

    private static string Data(int number) => $"{{\"value\":{number}}}";

    /// <summary>Every word of every check.</summary>
    private static async Task<string> HealthAsync(GatewayUnderTest gateway) => string.Join('\n',
        (await gateway.GetAsync("/health")).GetProperty("checks").EnumerateArray()
            .SelectMany(check => check.EnumerateObject()).Select(member => member.Value.ToString()));

    private static async Task<JsonElement> DeliveryAsync(GatewayUnderTest gateway) =>
        (await gateway.GetAsync("/api/deliveries")).GetProperty("deliveries")[0];
}
