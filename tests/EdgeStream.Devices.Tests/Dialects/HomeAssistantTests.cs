using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Devices.Tests;

/// <summary>Announcements as Home Assistant's documentation shows them.</summary>
public class HomeAssistantTests
{
    private const string Temperature = """
        {"device_class":"temperature","state_topic":"homeassistant/sensor/sensorBedroom/state",
        "unit_of_measurement":"°C","value_template":"{{ value_json.temperature}}","unique_id":"temp01ae",
        "device":{"identifiers":["bedroom01ae"],"name":"Bedroom","sw_version":"2024.1.0"}}
        """;

    private const string Humidity = """
        {"dev_cla":"humidity","stat_t":"~/state","~":"homeassistant/sensor/sensorBedroom","unit_of_meas":"%",
        "val_tpl":"{{ value_json['humidity'] | round(1) }}","dev":{"ids":"bedroom01ae","name":"Bedroom"}}
        """;

    [Fact]
    public void States_are_read_as_their_announcements_say()
    {
        var dialect = DialectUnderTest.Of("homeassistant");
        Assert.Equal(
            [
                "Bedroom @ - arrival: {\"announced\":true,\"temperature_topic\":"
                    + "\"homeassistant/sensor/sensorBedroom/state\",\"units\":{\"temperature_topic\":\"°C\"}}",
            ],
            dialect.Read("homeassistant/sensor/sensorBedroomT/config", Temperature));
        dialect.Read("homeassistant/sensor/sensorBedroomH/config", Humidity);
        Assert.Equal(
            [
                "Bedroom @ - arrival: {\"temperature\":23.20,\"humidity\":43.70,"
                    + "\"units\":{\"temperature\":\"°C\",\"humidity\":\"%\"}}",
            ],
            dialect.Read(
                "homeassistant/sensor/sensorBedroom/state", """{ "temperature": 23.20, "humidity": 43.70 }"""));
    }

    [Fact]
    public void Words_are_booleans_and_availability_is_online()
    {
        var dialect = DialectUnderTest.Of("homeassistant");
        dialect.Read("homeassistant/binary_sensor/garden/config", """
            {"device_class":"motion","state_topic":"g/state","availability":[{"topic":"g/up"}],
            "device":{"identifiers":["01ad"],"name":"Garden"}}
            """);
        Assert.Equal(["Garden @ - arrival: {\"motion\":true}"], dialect.Read("g/state", "ON"));
        Assert.Equal(["Garden @ - arrival: {\"online\":false}"], dialect.Read("g/up", "offline"));
    }

    [Fact]
    public void A_device_may_announce_all_its_components_at_once()
    {
        var dialect = DialectUnderTest.Of("homeassistant");
        dialect.Read("homeassistant/device/0AFFD2/config", """
            {"dev":{"ids":"ea334450945afc","name":"Kitchen"},"state_topic":"sensorKitchen/state","cmps":{
            "t":{"p":"sensor","unit_of_measurement":"°C","value_template":"{{ value_json.t }}"},
            "h":{"p":"sensor","unit_of_measurement":"%","value_template":"{{ value_json.h }}"}}}
            """);
        Assert.Equal(
            ["Kitchen @ - arrival: {\"t\":21,\"h\":50,\"units\":{\"t\":\"°C\",\"h\":\"%\"}}"],
            dialect.Read("sensorKitchen/state", """{"t":21,"h":50}"""));
    }

    [Fact]
    public void A_template_that_does_more_leaves_the_state_as_it_came()
    {
        var dialect = DialectUnderTest.Of("homeassistant");
        dialect.Read("homeassistant/sensor/n/rate/config",
            """{"stat_t":"s","val_tpl":"{{ value_json.a * 2 }}","dev":{"name":"D"}}""");
        Assert.Equal(["D @ - arrival: {\"rate\":{\"a\":1}}"], dialect.Read("s", """{"a":1}"""));
    }

    [Fact]
    public void An_announcement_may_be_taken_back()
    {
        var dialect = DialectUnderTest.Of("homeassistant");
        dialect.Read("homeassistant/sensor/a/config", """{"stat_t":"s"}""");
        Assert.Equal(["a @ - arrival: {\"a\":5}"], dialect.Read("s", "5"));
        Assert.Equal(
            ["homeassistant/sensor/a/config @ - arrival: {\"announced\":false}"],
            dialect.Read("homeassistant/sensor/a/config", ""));
        Assert.Contains("no announcement names this topic", dialect.Refuse("s", "5"));
    }

    [Fact]
    public async Task Announcements_outlive_a_restart()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using (var pipeline = folder.Pipeline(Memory(folder), DialectUnderTest.Route("homeassistant")))
        {
            await pipeline.Ingest(
                DeviceSource.Mqtt, null, "homeassistant/sensor/a/config"u8, """{"stat_t":"s"}"""u8).CompleteAsync();
        }

        await folder.ReopenAsync();
        Assert.Equal(
            ["a @ - arrival: {\"a\":5}"],
            new DialectUnderTest(DialectUnderTest.Route("homeassistant"), Memory(folder)).Read("s", "5"));
    }

    [Theory]
    [InlineData("homeassistant/sensor/a/config", "[]", "the announcement is no JSON object")]
    [InlineData("homeassistant/sensor/a/config", "{", "the announcement is no JSON object")]
    [InlineData("elsewhere", "5", "no announcement names this topic")]
    public void What_is_not_understood_is_told(string topic, string payload, string reason) =>
        Assert.Contains(reason, DialectUnderTest.Of("homeassistant").Refuse(topic, payload));

    private static DialectMemory Memory(StreamFolder folder) =>
        new(folder.Store.State, null, NullLogger<DialectMemory>.Instance);
}
