using System.Text.Json;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The commonest MQTT client, Mosquitto's, against the gateway.</summary>
public sealed class MosquittoClientTests
{
    [Theory]
    [InlineData("mqttv311", 0)]
    [InlineData("mqttv311", 1)]
    [InlineData("mqttv311", 2)]
    [InlineData("mqttv5", 0)]
    [InlineData("mqttv5", 1)]
    [InlineData("mqttv5", 2)]
    public async Task A_published_reading_is_a_record_under_its_topic(string version, int qos)
    {
        await using var world = await GatewayWorld.StartAsync("publish");
        const string Payload = """{"temperature": 21.5, "unit":"celsius"}""";

        (await world.PublishAsync("site/kitchen", Payload, qos, "-V", version)).OrThrow();

        var record = Assert.Single(await world.RecordsAsync("readings", 1));
        Assert.Equal("site/kitchen", record.Key);
        Assert.Equal(Payload, record.Data.GetRawText());
        Assert.Equal(1, record.Sequence);
    }

    [Fact]
    public async Task A_bare_number_becomes_an_object_with_a_value()
    {
        await using var world = await GatewayWorld.StartAsync("number");

        (await world.PublishAsync("site/attic", "21.50")).OrThrow();

        var record = Assert.Single(await world.RecordsAsync("readings", 1));
        Assert.Equal("""{"value":21.50}""", record.Data.GetRawText());
    }

    [Fact]
    public async Task What_can_not_be_decoded_is_a_dead_letter_with_its_bytes_and_the_reason()
    {
        await using var world = await GatewayWorld.StartAsync("dead-letter");

        (await world.PublishAsync("site/broken", "21.5 degrees", 1, "-i", "thermometer")).OrThrow();

        var letter = Assert.Single(await world.RecordsAsync("dead-letter", 1));
        Assert.Equal("site/broken", letter.Key);
        Assert.Equal("mqtt", Text(letter.Data, "source"));
        Assert.Equal("site/broken", Text(letter.Data, "topic"));
        Assert.Equal("thermometer", Text(letter.Data, "clientId"));
        Assert.Equal("21.5 degrees"u8.ToArray(), letter.Data.GetProperty("payloadBase64").GetBytesFromBase64());
        Assert.NotEmpty(Text(letter.Data, "reason"));
        Assert.Empty(await world.Api.ReadAllAsync("readings"));
    }

    [Fact]
    public async Task A_subscriber_receives_what_others_publish()
    {
        await using var world = await GatewayWorld.StartAsync("subscribe");
        await using var subscriber = await world.SubscribeAsync("site/+/temperature");

        (await world.PublishAsync("site/kitchen/temperature", "21.5")).OrThrow();
        (await world.PublishAsync("site/kitchen/humidity", "50")).OrThrow();
        (await world.PublishAsync("site/attic/temperature", "30")).OrThrow();

        await subscriber.WaitForAsync("site/attic/temperature 30");
        Assert.True(subscriber.Output.Contains("site/kitchen/temperature 21.5"));
        Assert.False(subscriber.Output.Contains("humidity"));
    }

    [Fact]
    public async Task A_retained_message_reaches_who_subscribes_later()
    {
        await using var world = await GatewayWorld.StartAsync("retained");

        (await world.PublishAsync("site/state", """{"open":1}""", 1, "-r")).OrThrow();

        await using var subscriber = await world.SubscribeAsync("site/#");
        await subscriber.WaitForAsync("""site/state {"open":1}""");
    }

    [Fact]
    public async Task A_will_is_published_when_its_client_dies()
    {
        await using var world = await GatewayWorld.StartAsync("will");
        await using var watcher = await world.SubscribeAsync("status/#");
        await using (await world.SubscribeAsync(
            "nothing", "--will-topic", "status/pump", "--will-payload", """{"alive":0}""", "--will-qos", "1"))
        {
            Assert.False(watcher.Output.Contains("status/pump"));
        }

        await watcher.WaitForAsync("""status/pump {"alive":0}""");
    }

    [Fact]
    public async Task A_persistent_session_receives_what_came_while_it_was_away()
    {
        await using var world = await GatewayWorld.StartAsync("session");
        await (await world.SubscribeAsync("site/#", "-c", "-i", "display")).DisposeAsync();

        (await world.PublishAsync("site/kitchen", "1")).OrThrow();
        (await world.PublishAsync("site/kitchen", "2")).OrThrow();

        await using var subscriber = await world.SubscribeAsync("site/#", "-c", "-i", "display");
        await subscriber.WaitForAsync("site/kitchen 2");
        Assert.True(subscriber.Output.Contains("site/kitchen 1"));
    }

    private static string Text(JsonElement data, string member) => data.GetProperty(member).GetString()!;
}
