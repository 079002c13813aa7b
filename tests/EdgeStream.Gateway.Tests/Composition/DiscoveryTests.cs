using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Devices appear in Home Assistant by themselves, as its MQTT documentation has announcements.</summary>
public sealed class DiscoveryTests
{
    private const string Enabled = GatewayUnderTest.Quiet
        + "node: {id: gw}\nroutes: [{preset: zigbee2mqtt}, {preset: homeassistant}, {topic: '#', stream: readings}]\n"
        + "devices: {aliases: {attic/east: Attic}, homeAssistant: {enabled: true}}\n";

    private const string Attic = "edgestream_gw_attic_east_2062b5ee";
    private const string Config = $"homeassistant/device/{Attic}/config";
    private const string State = $"edgestream/devices/{Attic}/state";
    private const string Availability = $"edgestream/devices/{Attic}/availability";

    [Fact]
    public async Task A_device_is_announced_with_its_numbers_and_booleans_and_tells_its_values()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Enabled);
        await using var home = await TopicLog.ConnectAsync(gateway, "#");
        await home.PublishAsync(
            "zigbee2mqtt/attic/east", """{"temperature":21.5,"battery":97,"contact":true,"x":"y"}""");
        using var config = JsonDocument.Parse(await home.NewestAsync(Config, text => text.Length > 0));
        var root = config.RootElement;
        Assert.Equal(Attic, root.GetProperty("device").GetProperty("identifiers")[0].GetString());
        Assert.Equal("Attic", root.GetProperty("device").GetProperty("name").GetString());
        Assert.Equal("EdgeStream", root.GetProperty("origin").GetProperty("name").GetString());
        Assert.Equal((State, Availability),
            (root.GetProperty("state_topic").GetString(), root.GetProperty("availability_topic").GetString()));
        Assert.Equal(
            [
                Component("sensor", "temperature", "{{ value_json['temperature'] }}",
                    ",\"unit_of_measurement\":\"°C\",\"device_class\":\"temperature\",\"state_class\":\"measurement\""),
                Component("sensor", "battery", "{{ value_json['battery'] }}",
                    ",\"unit_of_measurement\":\"%\",\"device_class\":\"battery\",\"state_class\":\"measurement\""),
                Component("binary_sensor", "contact", "{{ 'ON' if value_json['contact'] else 'OFF' }}", ""),
            ],
            root.GetProperty("components").EnumerateObject().Select(item => $"{item.Name} {item.Value.GetRawText()}"));
        await home.NewestAsync(State, text => text == """{"temperature":21.5,"battery":97,"contact":true}""");
        await home.NewestAsync(Availability, text => text == "online");
        await home.PublishAsync("zigbee2mqtt/attic/east", """{"temperature":22}""");
        await home.NewestAsync(State, text => text == """{"temperature":22,"battery":97,"contact":true}""");
        Assert.Single(home.On(Config));

        // None of it came back as a device or a record.
        var devices = (await gateway.GetAsync("/api/devices")).GetProperty("devices");
        Assert.Equal("attic/east", Assert.Single(devices.EnumerateArray()).GetProperty("id").GetString());
    }

    private static string Component(string platform, string name, string template, string rest) =>
        $"{name} {{\"platform\":\"{platform}\",\"name\":\"{name}\",\"unique_id\":\"{Attic}_{name}\","
            + $"\"value_template\":\"{template}\"{rest}}}";

    [Fact]
    public async Task Home_assistant_is_told_all_values_when_it_starts()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Enabled);
        await using var home = await TopicLog.ConnectAsync(gateway, "#");
        await home.PublishAsync("zigbee2mqtt/attic/east", """{"temperature":21.5}""");
        await home.NewestAsync(State, text => text.Length > 0);
        await home.PublishAsync("homeassistant/status", "online");
        await Poll.UntilAsync(() => home.On(State).Length == 2);
    }

    [Fact]
    public async Task A_device_that_announced_itself_is_left_to_itself()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Enabled);
        await using var home = await TopicLog.ConnectAsync(gateway, "#");
        await home.PublishAsync("homeassistant/sensor/b/config",
            """{"stat_t":"homeassistant/sensor/b/state","dev":{"name":"B"}}""");
        await home.PublishAsync("homeassistant/sensor/b/state", "5");
        await home.PublishAsync("zigbee2mqtt/attic/east", """{"temperature":21.5}""");
        await home.NewestAsync(State, text => text.Length > 0);
        Assert.DoesNotContain(home.Topics(), topic => topic.Contains("edgestream_gw_B", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forgotten_device_is_taken_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Enabled);
        await using var home = await TopicLog.ConnectAsync(gateway, "#");
        await home.PublishAsync("zigbee2mqtt/attic/east", """{"temperature":21.5}""");
        await home.NewestAsync(Config, text => text.Length > 0);
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, "/api/devices/attic%2Feast")).Status);
        await home.NewestAsync(Config, text => text.Length == 0);
        await home.NewestAsync(Availability, text => text.Length == 0);
    }

    [Fact]
    public async Task What_was_announced_is_taken_back_after_a_restart_that_switched_it_off()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Enabled);
        await using (var home = await TopicLog.ConnectAsync(gateway, "#"))
        {
            await home.PublishAsync("zigbee2mqtt/attic/east", """{"temperature":21.5}""");
            await home.NewestAsync(Availability, text => text == "online");
        }

        Assert.Equal(2, gateway.Host.Parts.Broker.RetainedCount);
        await File.WriteAllTextAsync(gateway.ConfigFile, GatewayUnderTest.Quiet);
        await gateway.RestartAsync();
        await Poll.UntilAsync(() => gateway.Host.Parts.Broker.RetainedCount == 0);

        // What is kept of it goes once the broker has taken it back.
        await Poll.UntilAsync(() => gateway.Host.Parts.Store.State.List("discovery/").Count == 0);
    }

    [Fact]
    public async Task Another_prefix_counts_from_a_reload_on()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Enabled);
        await using var home = await TopicLog.ConnectAsync(gateway, "#");
        await home.PublishAsync("zigbee2mqtt/attic/east", """{"temperature":21.5}""");
        await home.NewestAsync(Config, text => text.Length > 0);
        await gateway.ReloadAsync(Enabled.Replace("enabled: true", "enabled: true, prefix: ha, only: [attic/*]"));
        await home.NewestAsync(Config, text => text.Length == 0);
        await home.NewestAsync($"ha/device/{Attic}/config", text => text.Length > 0);
    }
}
