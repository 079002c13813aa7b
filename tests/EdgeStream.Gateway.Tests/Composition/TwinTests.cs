using System.Text.Json;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Device twins over MQTT and HTTP, by a device that sleeps most of the time.</summary>
public sealed class TwinTests
{
    [Fact]
    public async Task A_device_that_slept_finds_what_it_is_to_be_and_reports_what_it_is()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, twin) = await PatchAsync(gateway, "site%2Fd", """{"state":{"interval":10,"led":{"on":true}}}""");
        Assert.Equal((200, 1), (status, twin.GetProperty("desired").GetProperty("version").GetInt32()));

        await using var device = await TopicLog.ConnectAsync(gateway, "$twin/site/d/+");
        var desired = await device.NewestAsync("$twin/site/d/desired", text => text.Length > 0);
        Assert.StartsWith("{\"version\":1,\"updatedAt\":\"", desired, StringComparison.Ordinal);
        Assert.EndsWith("\"state\":{\"interval\":10,\"led\":{\"on\":true}}}", desired, StringComparison.Ordinal);
        await device.NewestAsync("$twin/site/d/delta",
            text => text == """{"version":1,"state":{"interval":10,"led":{"on":true}}}""");

        Assert.Equal(MqttReasonCode.Success, await device.PublishAsync(
            "$twin/site/d/update/reported", """{"state":{"interval":10,"firmware":"2.1"}}"""));
        await device.NewestAsync("$twin/site/d/delta", text => text == """{"version":1,"state":{"led":{"on":true}}}""");
        Assert.Equal(MqttReasonCode.Success, await device.PublishAsync(
            "$twin/site/d/update/reported", """{"state":{"led":{"on":true}},"version":1}"""));
        await device.NewestAsync("$twin/site/d/delta", text => text.Length == 0);
        var now = await gateway.GetAsync("/api/devices/site%2Fd/twin");
        Assert.Equal("{}", now.GetProperty("delta").GetRawText());
        Assert.Equal(
            """{"interval":10,"firmware":"2.1","led":{"on":true}}""",
            now.GetProperty("reported").GetProperty("state").GetRawText());

        // The desired state came once: reports are no reason to send it again.
        Assert.Single(device.On("$twin/site/d/desired"));
    }

    [Fact]
    public async Task A_twin_outlives_a_restart_and_a_late_change_is_refused_by_its_version()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await PatchAsync(gateway, "d", """{"state":{"a":1}}""");
        await gateway.RestartAsync();
        await using var device = await TopicLog.ConnectAsync(gateway, "$twin/d/#");
        await device.NewestAsync("$twin/d/desired", text => text.EndsWith("\"state\":{\"a\":1}}"));
        var (status, refused) = await PatchAsync(gateway, "d", """{"state":{"a":2},"version":0}""");
        Assert.Equal((409, "other_version"), (status, refused.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(
            MqttReasonCode.ImplementationSpecificError,
            await device.PublishAsync("$twin/d/update/desired", """{"state":{"a":2},"version":0}"""));
        var told = await device.NewestAsync("$twin/d/refused", text => text.Length > 0);
        Assert.StartsWith("{\"update\":\"desired\",\"version\":1,\"problem\":\"The state has version 1, not 0", told);
    }

    [Theory]
    [InlineData("$twin/d/update/desired", "{\"a\":1}", MqttReasonCode.PayloadFormatInvalid)]
    [InlineData("$twin/d/update/desired", "no", MqttReasonCode.PayloadFormatInvalid)]
    [InlineData("$twin/d/desired", "{}", MqttReasonCode.NotAuthorized)]
    [InlineData("$twin/d/delta", "{}", MqttReasonCode.NotAuthorized)]
    [InlineData("$twin/update/desired", "{}", MqttReasonCode.NotAuthorized)]
    public async Task What_is_no_update_is_refused_and_changes_nothing(
        string topic, string payload, MqttReasonCode reason)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await TopicLog.ConnectAsync(gateway, "none");
        Assert.Equal(reason, await client.PublishAsync(topic, payload));
        Assert.Equal(0, gateway.Host.Parts.Twins.Twins.Count);
        Assert.Equal(0, gateway.Host.Parts.Ingest.Statistics.AcceptedMessages);
    }

    [Fact]
    public async Task Who_may_change_what_is_a_matter_of_the_servers_rights()
    {
        using var folder = new TemporaryFolder("twins");
        var hash = MqttPasswordHash.Create("secret"u8, 1);
        var users = folder.Write("users", $"kiln:{hash}\napp:{hash}\n");
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet + $$"""
            mqtt:
              passwordFile: {{users}}
              access:
                - {user: kiln, topic: "$twin/kiln/update/reported"}
                - {user: kiln, topic: "$twin/kiln/+", may: subscribe}
                - {user: app, topic: "$twin/#"}

            """);
        await using var kiln = await TopicLog.ConnectAsync(gateway, "$twin/kiln/+", "kiln", "secret");
        await using var app = await TopicLog.ConnectAsync(gateway, "$twin/kiln/reported", "app", "secret");
        const string State = """{"state":{"a":1}}""";
        Assert.Equal(MqttReasonCode.NotAuthorized, await kiln.PublishAsync("$twin/kiln/update/desired", State));
        Assert.Equal(MqttReasonCode.NotAuthorized, await kiln.PublishAsync("$twin/other/update/reported", State));
        Assert.Equal(MqttReasonCode.Success, await app.PublishAsync("$twin/kiln/update/desired", State));
        await kiln.NewestAsync("$twin/kiln/delta", text => text.Length > 0);
        Assert.Equal(MqttReasonCode.Success, await kiln.PublishAsync("$twin/kiln/update/reported", State));
        await app.NewestAsync("$twin/kiln/reported", text => text.EndsWith("\"state\":{\"a\":1}}"));
    }

    [Fact]
    public async Task A_forgotten_device_has_no_twin_and_nothing_retained()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var client = await TopicLog.ConnectAsync(gateway, "$twin/d/+");
        await client.PublishAsync("d", """{"t":1}""");
        await PatchAsync(gateway, "d", """{"state":{"a":1}}""");
        await client.NewestAsync("$twin/d/desired", text => text.Length > 0);
        var retained = gateway.Host.Parts.Broker.RetainedCount;
        var (status, _) = await gateway.SendAsync(HttpMethod.Delete, "/api/devices/d");
        Assert.Equal(200, status);
        await client.NewestAsync("$twin/d/desired", text => text.Length == 0);
        await Poll.UntilAsync(() => gateway.Host.Parts.Broker.RetainedCount == retained - 3);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, "/api/devices/d/twin")).Status);
    }

    private static Task<(int Status, JsonElement Body)> PatchAsync(GatewayUnderTest gateway, string id, string json) =>
        gateway.SendAsync(HttpMethod.Patch, $"/api/devices/{id}/twin", json);
}
