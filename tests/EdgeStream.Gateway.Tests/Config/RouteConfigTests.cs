using EdgeStream.Devices;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class RouteConfigTests
{
    [Fact]
    public void A_preset_is_one_line()
    {
        var routes = ConfigText.Parse("routes: [{preset: tasmota, zone: UTC}, {preset: senml, topic: s/+}]").Routes;
        Assert.Equal(["tele/+/+", "stat/+/+", "s/+"], routes.Select(route => route.Topic));
        Assert.All(
            routes,
            route => Assert.Equal(("readings", "device", "dialect"), (route.Stream, route.Key, route.Time)));
        Assert.Equal(["tasmota", "tasmota", "senml"], routes.Select(route => route.Dialect));
        Assert.Equal(["UTC", "UTC", ""], routes.Select(route => route.Zone));
    }

    [Fact]
    public void Every_dialect_has_a_preset_and_the_names_are_the_promised_ones()
    {
        string[] names =
        [
            "json", "bare", "csv", "senml", "senml-cbor", "sparkplug", "tasmota", "zigbee2mqtt", "shelly",
            "homeassistant", "influx", "binary",
        ];
        Assert.Equal(names, RouteDefinition.Dialects);
        Assert.Equal(names, RoutePreset.All.Select(preset => preset.Name));
    }

    [Fact]
    public void A_route_without_a_dialect_is_what_it_was() => Assert.Equal(
        [new RouteDefinition { Topic = "a/+", Stream = "readings", Key = "segment:1" }],
        ConfigText.Parse("routes: [{topic: a/+, stream: readings, key: 'segment:1'}]").Routes);

    [Fact]
    public void All_keys_of_a_dialect_are_taken()
    {
        var route = Assert.Single(ConfigText.Parse("""
            routes:
              - topic: site/{site}/{device}/up
                stream: readings
                dialect: json
                key: "{site}-{device}"
                time: field:at
                device: field:id
                records: reading
                tags: ["site={site}", line=3]
                fields: ["t (Cel) = data.t"]
                each: items
            """).Routes);
        Assert.Equal(
            new RouteDefinition
            {
                Topic = "site/{site}/{device}/up", Dialect = "json", Key = "{site}-{device}", Time = "field:at",
                Device = "field:id", Records = "reading", Tags = ["site={site}", "line=3"],
                Fields = ["t (Cel) = data.t"], Each = "items",
            },
            route);
    }

    [Theory]
    [InlineData("{stream: readings}", "2:5: 'routes' needs 'topic'")]
    [InlineData("{preset: senml}", "2:5: 'routes' needs 'topic'")]
    [InlineData("{topic: a, dialect: json}", "2:5: 'routes' needs 'stream'")]
    [InlineData("{preset: tasmotta}", "2:14: 'preset' cannot be 'tasmotta'; did you mean 'tasmota'?")]
    [InlineData("{preset: tasmota, dialect: json}", "2:32: a preset has its dialect")]
    [InlineData("{topic: a, stream: readings, dialect: jsn}", "did you mean 'json'?")]
    [InlineData("{topic: a, stream: readings, dialect: json, decoder: json}",
        "a route has a decoder or a dialect")]
    [InlineData("{topic: a, stream: readings, records: reading}", "'records' needs a dialect: json, bare")]
    [InlineData("{topic: a, stream: readings, fields: [a = b]}", "'fields' needs a dialect")]
    [InlineData("{topic: a, stream: readings, time: dialect}", "'time' needs a dialect")]
    [InlineData("{preset: senml, topic: a, fields: [a = b]}", "the dialect senml has no 'fields'")]
    [InlineData("{preset: senml, topic: a, each: b}", "the dialect senml has no 'each'")]
    [InlineData("{preset: senml, topic: a, time: 'field:a'}", "'field:' needs the dialect json")]
    [InlineData("{preset: senml, topic: a, device: 'field:a'}", "'field:' needs the dialect json")]
    [InlineData("{preset: senml, topic: a, zone: Mars/Base}", "'Mars/Base' is no time zone of this machine")]
    [InlineData("{preset: binary, topic: a}", "the dialect binary needs 'fields'")]
    [InlineData("{preset: binary, topic: a, fields: [a = b]}", "'b' is no place in bytes")]
    [InlineData("{preset: json, topic: a, fields: [a = 'b..c']}", "has no member name where one is due")]
    [InlineData("{preset: json, topic: a, fields: [a]}", "'a' is no field; write it like")]
    [InlineData("{topic: '{a}/{a}', stream: readings}", "captures '{a}' twice")]
    [InlineData("{topic: '{topic}', stream: readings}", "which means something else")]
    [InlineData("{topic: '{a}/+', stream: readings, key: 'x-{b}'}", "names '{b}', which is none of {a}, {topic}")]
    [InlineData("{topic: 'a', stream: readings, key: 'x-}'}", "'x-}' is no partition key")]
    [InlineData("{topic: a, stream: readings, tags: [b]}", "'b' is no tag; write it like")]
    [InlineData("{topic: a, stream: readings, tags: [b=1, b=2]}", "names a tag that is there already")]
    [InlineData("{topic: a, stream: readings, tags: ['b={c}']}", "names '{c}', which is none of {topic}")]
    public void What_is_wrong_is_told_with_its_place(string route, string message) =>
        Assert.Contains(
            ConfigText.Errors($"routes:\n  - {route}\n"), error => error.Contains(message, StringComparison.Ordinal));
}
