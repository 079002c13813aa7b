using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Device twins with Mosquitto's clients, and announcements as Home Assistant takes them, over kills of the
/// gateway.</summary>
public sealed class DeviceClientTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task A_twin_s_desired_and_reported_states_are_there_after_a_kill_behind_their_acknowledgements()
    {
        await using var world = await GatewayWorld.StartAsync("twin");
        await DesireAsync(world, "pump", """{"state":{"interval":10,"led":"on"}}""");
        world.Gateway.Kill9();
        await world.StartAgainAsync();
        await using (var pump = await world.SubscribeAsync("$twin/pump/+"))
        {
            await pump.WaitForAsync("""$twin/pump/delta {"version":1,"state":{"interval":10,"led":"on"}}""");
            await pump.WaitForAsync("""$twin/pump/desired {"version":1,""");
        }

        const string Update = "$twin/pump/update/reported";
        (await world.PublishAsync(Update, """{"state":{"interval":10,"firmware":"2.1"}}""")).OrThrow();
        world.Gateway.Kill9();
        await world.StartAgainAsync();
        var twin = await world.Api.GetJsonAsync("/api/devices/pump/twin");
        Assert.Equal(
            """{"interval":10,"firmware":"2.1"}""", twin.GetProperty("reported").GetProperty("state").GetRawText());
        await using var woken = await world.SubscribeAsync("$twin/pump/delta");
        await woken.WaitForAsync("""$twin/pump/delta {"version":1,"state":{"led":"on"}}""");
    }

    [Fact]
    public async Task Home_assistant_takes_what_is_announced_and_finds_it_after_a_kill()
    {
        await using var world = await GatewayWorld.StartAsync("home-assistant", QuietConfig.Text + """

            routes:
              - {topic: "site/{device}/senml", stream: readings, dialect: senml, device: "{device}"}
              - {topic: "#", stream: readings}
            devices:
              aliases: {kiln: Kiln 2}
              homeAssistant: {enabled: true}
            """);
        await MeasureAsync(world);
        using var first = await HomeAssistantAsync(world);
        Check(first.RootElement);

        // Last values are written every few seconds, so that the devices measure once more.
        world.Gateway.Kill9();
        await world.StartAgainAsync();
        await MeasureAsync(world);
        using var second = await HomeAssistantAsync(world);
        Check(second.RootElement);
    }

    private static async Task DesireAsync(GatewayWorld world, string device, string json)
    {
        using var client = new HttpClient { BaseAddress = world.Api.Address };
        using var patch = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PatchAsync($"/api/devices/{device}/twin", patch);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task MeasureAsync(GatewayWorld world)
    {
        const string Pack = """
            [{"bn":"x","n":"t","u":"Cel","v":812.5},{"n":"e","u":"kWh","v":4},{"n":"open","vb":true},
            {"n":"h","u":"%RH","v":5}]
            """;
        const string Record = """{"a":{"temperature_celsius":21.5},"on":false,"name":"p","rate":null}""";
        (await world.PublishAsync("site/kiln/senml", Pack)).OrThrow();
        (await world.PublishAsync("it's a \\pump", Record)).OrThrow();
    }

    private static void Check(JsonElement devices)
    {
        Assert.Equal(
            "available: online; e: 4,kWh,energy; h: 5,%,humidity; open: ON,,; t: 812.5,°C,temperature",
            TextOf(devices.GetProperty("Kiln 2")));
        Assert.Equal(
            "a.temperature_celsius: 21.5,°C,temperature; available: online; on: OFF,,",
            TextOf(devices.GetProperty("it's a \\pump")));
    }

    private static string TextOf(JsonElement device) => string.Join("; ", device.EnumerateObject().Select(member =>
        $"{member.Name}: " + (member.Value.ValueKind == JsonValueKind.Array
            ? string.Join(',', member.Value.EnumerateArray().Select(part => part.GetString()))
            : member.Value.GetString())));

    private static async Task<JsonDocument> HomeAssistantAsync(GatewayWorld world)
    {
        var script = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "paho", "home_assistant.py");
        var result = await Command.RunAsync(
            Python, [script, world.Launch.MqttPort.ToString(CultureInfo.InvariantCulture), "2"]);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}\n{world.Gateway.Output}");
        return JsonDocument.Parse(result.Output);
    }
}
