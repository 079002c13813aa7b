using System.Text;

namespace EdgeStream.Devices.Tests;

/// <summary>What messages tell of a device itself reaches the registry.</summary>
public class DeviceVitalsTests
{
    [Theory]
    [InlineData("zigbee2mqtt", "zigbee2mqtt/attic",
        """{"battery":97,"linkquality":92,"temperature":27.3,"update":{"installed_version":587814449}}""",
        "attic 97 - 92 587814449")]
    [InlineData("zigbee2mqtt", "zigbee2mqtt/leak", """{"battery":"100.00","linkquality":99}""", "leak 100 - 99 ")]
    [InlineData("zigbee2mqtt", "zigbee2mqtt/odd", """{"battery":null,"linkquality":999}""", "odd - - - ")]
    [InlineData("tasmota", "tele/plug/STATE",
        """{"Time":"2024-01-01T00:00:00","Wifi":{"AP":1,"RSSI":96,"Signal":-52}}""", "plug - -52 - ")]
    [InlineData("tasmota", "tele/plug/INFO1", """{"Info1":{"Module":"Generic","Version":"14.2.0(release-tasmota)"}}""",
        "plug - - - 14.2.0(release-tasmota)")]
    [InlineData("tasmota", "tele/zb/SENSOR", """{"ZbReceived":{"0x01F3":{"BatteryPercentage":17,"LinkQuality":79}}}""",
        "zb - - - ")]
    [InlineData("shelly", "ht/events/rpc",
        """{"src":"ht","method":"NotifyStatus","params":{"devicepower:0":{"battery":{"V":6,"percent":88}}}}""",
        "ht 88 - - ")]
    [InlineData("shelly", "ht/status/wifi", """{"status":"got ip","ssid":"x","rssi":-61}""", "ht - -61 - ")]
    [InlineData("homeassistant", "homeassistant/sensor/b/config",
        """{"stat_t":"s","dev":{"name":"B","sw":"2.1"}}""", "B - - - 2.1")]
    public async Task What_a_dialect_tells_is_noted(string dialect, string topic, string payload, string expected)
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await using var pipeline = folder.Pipeline(registry, DialectUnderTest.Route(dialect));
        await Send(pipeline, topic, payload);
        Assert.Equal(expected, Describe(Assert.Single(registry.List())));
        Assert.Equal(dialect, registry.List()[0].Dialect);
        await registry.FlushAsync();
        await folder.ReopenAsync();
        Assert.Equal(expected, Describe(Assert.Single(folder.Registry().List())));
    }

    [Fact]
    public async Task States_are_told_apart_by_their_announcements()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await using var pipeline = folder.Pipeline(registry, DialectUnderTest.Route("homeassistant"));
        await Send(pipeline, "homeassistant/sensor/x/config", """
            {"stat_t":"s","dev_cla":"battery","unit_of_meas":"%","val_tpl":"{{ value_json.b }}","dev":{"name":"X"}}
            """);
        await Send(pipeline, "s", """{"b":64}""");
        Assert.Equal("X 64 - - ", Describe(Assert.Single(registry.List())));
    }

    [Fact]
    public async Task A_counter_in_the_record_is_followed()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await using var pipeline = folder.Pipeline(
            registry, new RouteDefinition { Topic = "#", Counter = "field:n", Key = "field:id" });
        foreach (var n in (int[])[5, 6, 6, 9])
        {
            await Send(pipeline, "d", $$"""{"id":"a","n":{{n}}}""");
        }

        var device = Assert.Single(registry.List());
        Assert.Equal((2, 1), (device.Missing, device.Repeated));
        Assert.Equal((2, 1), (registry.MissingMessages, registry.RepeatedMessages));
    }

    [Fact]
    public async Task The_numbers_of_a_sparkplug_node_are_counted_at_the_node()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await using var pipeline = folder.Pipeline(registry, DialectUnderTest.Route("sparkplug"));
        foreach (var (type, number) in ((string, byte)[])[("NBIRTH", 7), ("NDATA", 8), ("NDATA", 11), ("NBIRTH", 0)])
        {
            await pipeline.Ingest(
                DeviceSource.Mqtt, null, Encoding.UTF8.GetBytes($"spBv1.0/g/{type}/n"), [0x18, number, .. Metric])
                .CompleteAsync();
        }

        var node = Assert.Single(registry.List());
        Assert.Equal(("g/n", 2L, 0L), (node.Id, node.Missing, node.Repeated));
    }

    [Fact]
    public async Task The_rate_is_that_of_the_last_readings_and_falls_in_silence()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        for (var i = 0; i < 200; i++)
        {
            registry.Observe(DeviceSource.Mqtt, "a"u8, "{}"u8, After(i * 0.5));
        }

        var device = Assert.Single(registry.List());
        Assert.Equal(2, device.RateAt(After(99.5)), 0.001);
        Assert.Equal(0.1, device.RateAt(After(109.5)), 0.001);
    }

    [Fact]
    public async Task A_name_is_kept_and_a_forgotten_device_is_gone()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        registry.Observe(DeviceSource.Mqtt, "a"u8, "{}"u8, After(0));
        registry.Observe(DeviceSource.Mqtt, "b"u8, "{}"u8, After(1));
        Assert.True(await registry.SetAliasAsync("a", "Kiln"));
        Assert.False(await registry.SetAliasAsync("c", "Kiln"));
        Assert.True(await registry.ForgetAsync("b"));
        await folder.ReopenAsync();
        var again = folder.Registry();
        Assert.Equal("Kiln", Assert.Single(again.List()).Alias);
        again.ConfiguredAliases = new Dictionary<string, string> { ["a"] = "Kiln, hall 2" };
        Assert.Equal("Kiln, hall 2", again.Find("a")?.Alias);
    }

    /// <summary>A metric "a" that is 1.</summary>
    private static ReadOnlySpan<byte> Metric => [0x12, 0x05, 0x0A, 0x01, (byte)'a', 0x50, 0x01];

    private static async Task Send(IngestPipeline pipeline, string topic, string payload) =>
        Assert.Equal(IngestOutcome.Accepted, await pipeline.Ingest(
            DeviceSource.Mqtt, null, Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload)).CompleteAsync());

    private static string Describe(DeviceSnapshot device) => FormattableString.Invariant(
        $"{device.Id} {Text(device.Vitals.BatteryPercent)} {Text(device.Vitals.RssiDbm)} ")
        + $"{Text(device.Vitals.LinkQuality)} {device.Firmware}";

    private static string Text(float? number) =>
        number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";

    private static Storage.Timestamp After(double seconds) =>
        new(DialectUnderTest.Now.UnixMicroseconds + (long)(seconds * 1_000_000));
}
