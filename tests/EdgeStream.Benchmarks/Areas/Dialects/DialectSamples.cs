using System.Text;
using EdgeStream.Devices;

namespace EdgeStream.Benchmarks.Areas.Dialects;

/// <summary>One typical message of each dialect, as the makers' documentation shows them.</summary>
internal static class DialectSamples
{
    /// <summary>The samples: a name, the route, the topic and the payload.</summary>
    public static readonly IReadOnlyList<(string Name, RouteDefinition Route, byte[] Topic, byte[] Payload)> All =
    [
        Plain("no dialect", """{"temperature":21.5,"humidity":55,"battery":97}"""),
        Text("json", "site/north/pump", """{"data":{"t":21.5,"doors":[true,false]},"battery":97}"""),
        Text("bare", "home/kitchen/temperature", "21.5"),
        Text("csv", "logger", "time,temperature,humidity\n1772366399,21.5,55\n"),
        Text("senml", "s", """[{"bn":"urn:dev:ow:10e2073a01080063:","n":"t","u":"Cel","v":23.1},{"n":"h","v":50}]"""),
        Bytes("senml-cbor", "s",
            "82a321781c" + Hex("urn:dev:ow:10e2073a01080063:") + "00617402f94dc6a200616802183c"),
        Bytes("sparkplug", "spBv1.0/plant/DDATA/edge/d1",
            "08809494caca331214100a18809494caca33200a6900000000008036401211100c18809494caca33200350ffffffff0f1802"),
        Text("tasmota", "tele/bath/SENSOR",
            """{"Time":"2020-01-01T00:00:00","AM2301":{"Temperature":20.6,"Humidity":55.1},"TempUnit":"C"}"""),
        Text("zigbee2mqtt", "zigbee2mqtt/attic", """{"temperature":27.34,"humidity":44.72,"battery":97}"""),
        Text("shelly", "a/events/rpc",
            """{"src":"s","method":"NotifyStatus","params":{"ts":1.5,"switch:0":{"apower":8.9}}}"""),
        Text("homeassistant", "house/state", """{"temperature":23.20,"humidity":43.70}"""),
        Text("influx", "x", "weather,host=a temperature=82,humidity=50i 1772366399000000000"),
        Binary(),
    ];

    /// <summary>What must be known before: a birth, an announcement.</summary>
    public static readonly IReadOnlyList<(byte[] Topic, byte[] Payload)> Lessons =
    [
        ("spBv1.0/plant/DBIRTH/edge/d1"u8.ToArray(), Convert.FromHexString(
            "12210a0b74656d7065726174757265100a18988c94caca33200a69000000000040354012180a05636f756e74100c18988c94caca33"
                + "20035090ddfbff0f")),
        ("homeassistant/sensor/house/temperature/config"u8.ToArray(), Encoding.UTF8.GetBytes(
            """{"stat_t":"house/state","val_tpl":"{{ value_json.temperature }}","dev":{"name":"House"}}""")),
    ];

    private static (string, RouteDefinition, byte[], byte[]) Plain(string name, string payload) =>
        (name, new RouteDefinition { Topic = "#" }, "site/north/pump"u8.ToArray(), Encoding.UTF8.GetBytes(payload));

    private static (string, RouteDefinition, byte[], byte[]) Text(string dialect, string topic, string payload) =>
        (dialect, Route(dialect), Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload));

    private static (string, RouteDefinition, byte[], byte[]) Bytes(string dialect, string topic, string payload) =>
        (dialect, Route(dialect), Encoding.UTF8.GetBytes(topic), Convert.FromHexString(payload));

    private static (string, RouteDefinition, byte[], byte[]) Binary() => (
        "binary",
        Route("binary") with { Fields = ["temperature (Cel) = 0 i16 be *0.01", "humidity = 2 u8", "low = 3 bit:0"] },
        "lora/1/up"u8.ToArray(),
        [0x08, 0x69, 0x37, 0x01]);

    private static RouteDefinition Route(string dialect) =>
        new() { Topic = "#", Dialect = dialect, Key = "device", Time = "dialect" };

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
