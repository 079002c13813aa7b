using EdgeStream.Storage;

namespace EdgeStream.Devices.Tests;

/// <summary>Messages as the documentation of Tasmota, Zigbee2MQTT and Shelly shows them.</summary>
public class HomeDialectTests
{
    [Fact]
    public void A_tasmota_sensor_has_units_and_no_time_without_a_zone() => Assert.Equal(
        ["bath @ - arrival: {\"DS18B20_Temperature\":20.6,\"units\":{\"DS18B20_Temperature\":\"Cel\"}}"],
        DialectUnderTest.Of("tasmota").Read(
            "tele/bath/SENSOR",
            """{"Time":"2020-01-01T00:00:00","DS18B20":{"Temperature":20.6},"TempUnit":"C"}"""));

    [Fact]
    public void A_tasmota_plug_measures_energy_in_its_zone() => Assert.Equal(
        [
            "plug @ 2026-03-01T11:59:58.000Z local: {\"ENERGY_Total\":3.185,\"ENERGY_Power\":12,"
                + "\"ENERGY_ApparentPower\":15,\"ENERGY_Voltage\":230,\"ENERGY_Current\":0.052,\"units\":{"
                + "\"ENERGY_Total\":\"kWh\",\"ENERGY_Power\":\"W\",\"ENERGY_ApparentPower\":\"VA\","
                + "\"ENERGY_Voltage\":\"V\",\"ENERGY_Current\":\"A\"}}",
        ],
        new DialectUnderTest(DialectUnderTest.Route("tasmota") with { Zone = "Europe/Berlin" }).Read(
            "tele/plug/SENSOR",
            """
            {"Time":"2026-03-01T12:59:58","ENERGY":{"Total":3.185,"Power":12,"ApparentPower":15,"Voltage":230,
            "Current":0.052}}
            """));

    [Theory]
    [InlineData("tele/plug/LWT", "Online", "{\"online\":true}")]
    [InlineData("tele/plug/LWT", "Offline", "{\"online\":false}")]
    [InlineData("stat/plug/POWER", "ON", "{\"POWER\":true}")]
    [InlineData("stat/plug/RESULT", "{\"POWER1\":\"OFF\"}", "{\"POWER1\":false}")]
    [InlineData("tele/plug/STATE", "{\"Time\":\"2019-11-03T19:34:29\",\"Uptime\":\"0T20:15:16\",\"Vcc\":3.186,"
        + "\"POWER\":\"ON\",\"Wifi\":{\"AP\":1,\"RSSI\":96,\"Signal\":-52}}",
        "{\"Uptime\":\"0T20:15:16\",\"Vcc\":3.186,\"POWER\":true,\"Wifi_AP\":1,\"Wifi_RSSI\":96,\"Wifi_Signal\":-52}")]
    public void A_tasmota_state_is_read(string topic, string payload, string data) =>
        Assert.Equal([$"plug @ - arrival: {data}"], DialectUnderTest.Of("tasmota").Read(topic, payload));

    [Fact]
    public void An_hour_that_comes_twice_is_the_one_nearer_to_the_arrival()
    {
        var dialect = new DialectUnderTest(DialectUnderTest.Route("tasmota") with { Zone = "Europe/Berlin" });
        const string Payload = """{"Time":"2026-10-25T02:30:00","T":1}""";
        Assert.StartsWith(
            "a @ 2026-10-25T00:30:00.000Z local", dialect.Read("tele/a/SENSOR", Payload, At("00:30:05"))[0]);
        Assert.StartsWith(
            "a @ 2026-10-25T01:30:00.000Z local", dialect.Read("tele/a/SENSOR", Payload, At("01:30:05"))[0]);
    }

    [Fact]
    public void An_hour_that_never_was_is_not_believed() => Assert.Equal(
        ["a @ - replaced: {\"T\":1}"],
        new DialectUnderTest(DialectUnderTest.Route("tasmota") with { Zone = "Europe/Berlin" })
            .Read("tele/a/SENSOR", """{"Time":"2026-03-29T02:30:00","T":1}"""));

    [Fact]
    public void A_zigbee_sensor_is_named_by_its_friendly_name() => Assert.Equal(
        [
            "attic/east @ 2026-03-01T11:59:58.000Z device: {\"temperature\":27.34,\"humidity\":44.72,"
                + "\"battery\":97,\"linkquality\":92,\"contact\":false,\"state\":true,\"units\":{"
                + "\"temperature\":\"Cel\",\"humidity\":\"%RH\",\"battery\":\"%EL\"}}",
        ],
        DialectUnderTest.Of("zigbee2mqtt").Read(
            "zigbee2mqtt/attic/east",
            """
            {"temperature":27.34,"humidity":44.72,"battery":97,"linkquality":92,"contact":false,"state":"ON",
            "last_seen":"2026-03-01T11:59:58Z"}
            """));

    [Theory]
    [InlineData("lamp/availability", "online", "lamp", "{\"online\":true}")]
    [InlineData("lamp/availability", "{\"state\":\"offline\"}", "lamp", "{\"online\":false}")]
    [InlineData("bridge/state", "{\"state\":\"online\"}", "bridge", "{\"online\":true}")]
    [InlineData("bridge/info", "{\"version\":\"1.13\"}", "bridge", "{\"info\":{\"version\":\"1.13\"}}")]
    [InlineData("lamp/set", "{\"state\":\"ON\"}", "lamp", "{\"command_state\":true}")]
    public void What_stands_around_a_zigbee_device_is_read(string topic, string payload, string device, string data) =>
        Assert.Equal(
            [$"{device} @ - arrival: {data}"],
            DialectUnderTest.Of("zigbee2mqtt").Read($"zigbee2mqtt/{topic}", payload));

    [Fact]
    public void A_shelly_status_is_read() => Assert.Equal(
        [
            "shellypro4pm-f008d1d8b8b8 @ 2026-03-01T11:59:58.040Z device: {\"switch:0_id\":0,"
                + "\"switch:0_output\":true,\"switch:0_apower\":8.9,\"switch:0_aenergy_total\":6.532,"
                + "\"switch:0_temperature_tC\":43.2,\"units\":{\"switch:0_apower\":\"W\","
                + "\"switch:0_aenergy_total\":\"Wh\",\"switch:0_temperature_tC\":\"Cel\"}}",
        ],
        DialectUnderTest.Of("shelly").Read(
            "garage/events/rpc",
            """
            {"src":"shellypro4pm-f008d1d8b8b8","dst":"garage/events","method":"NotifyStatus","params":{
            "ts":1772366398.04,"switch:0":{"id":0,"output":true,"apower":8.9,"aenergy":{"total":6.532},
            "temperature":{"tC":43.2}}}}
            """));

    [Fact]
    public void Shelly_events_are_records_of_their_own() => Assert.Equal(
        [
            "shellyplusi4 @ 2026-03-01T11:59:58.000Z device: {\"input:0_component\":\"input:0\",\"input:0_id\":0,"
                + "\"input:0_event\":\"single_push\",\"input:0_ts\":1772366398}",
            "shellyplusi4 @ 2026-03-01T11:59:59.000Z device: {\"input:0_component\":\"input:0\",\"input:0_id\":0,"
                + "\"input:0_event\":\"double_push\",\"input:0_ts\":1772366399}",
        ],
        DialectUnderTest.Of("shelly").Read(
            "x/events/rpc",
            """
            {"src":"shellyplusi4","method":"NotifyEvent","params":{"ts":1772366399,"events":[
            {"component":"input:0","id":0,"event":"single_push","ts":1772366398},
            {"component":"input:0","id":0,"event":"double_push","ts":1772366399}]}}
            """));

    [Theory]
    [InlineData("garage/online", "true", "{\"online\":true}")]
    [InlineData("garage/status/switch:0", "{\"id\":0,\"output\":false}",
        "{\"switch:0_id\":0,\"switch:0_output\":false}")]
    [InlineData("garage/rpc", "{\"id\":1,\"method\":\"Switch.Toggle\"}",
        "{\"command_id\":1,\"command_method\":\"Switch.Toggle\"}")]
    public void Other_topics_of_a_shelly_are_read(string topic, string payload, string data) =>
        Assert.Equal([$"garage @ - arrival: {data}"], DialectUnderTest.Of("shelly").Read(topic, payload));

    [Theory]
    [InlineData("tasmota", "tele/a/SENSOR", "", "the payload is empty")]
    [InlineData("tasmota", "tele/a/SENSOR", "{\"a\":", "not valid JSON at byte 5")]
    [InlineData("zigbee2mqtt", "zigbee2mqtt/a", "hello", "not valid JSON at byte 0")]
    [InlineData("zigbee2mqtt", "zigbee2mqtt/a/availability", "maybe", "says neither online nor offline")]
    [InlineData("shelly", "a/online", "perhaps", "neither true nor false")]
    [InlineData("shelly", "a/events/rpc", "{\"method\":\"NotifyStatus\"}", "has no object 'params'")]
    public void What_is_not_understood_is_told(string dialect, string topic, string payload, string reason) =>
        Assert.Contains(reason, DialectUnderTest.Of(dialect).Refuse(topic, payload));

    private static Timestamp At(string time) => Timestamp.From(DateTimeOffset.Parse(
        $"2026-10-25T{time}Z", System.Globalization.CultureInfo.InvariantCulture));
}
