namespace EdgeStream.Devices.Tests;

public class JsonDialectTests
{
    private static readonly RouteDefinition Json = DialectUnderTest.Route("json", "site/{site}/{device}/up");

    [Fact]
    public void Every_value_is_a_reading_named_by_its_way() => Assert.Equal(
        [
            """n7 @ - arrival: {"a_b":1.50,"list_0":1,"list_1_x":true,"text":"\u00e4\n","none":null,"with_dot":2}""",
        ],
        new DialectUnderTest(Json).Read(
            "site/s/n7/up",
            """{"a":{"b":1.50},"list":[1,{"x":true}],"text":"\u00e4\n","none":null,"with.dot":2}"""));

    [Fact]
    public void Fields_are_found_by_their_paths_and_have_units()
    {
        var dialect = new DialectUnderTest(Json with
        {
            Fields = ["temperature (Cel) = data.t", "door = data.doors[1]", "missing = data.x", "all = data.list"],
            Time = "field:at",
        });
        Assert.Equal(
            [
                "n7 @ 2026-03-01T11:59:59.000Z device: {\"temperature\":21.5,\"door\":\"open\",\"all_0\":1,"
                    + "\"all_1\":2,\"units\":{\"temperature\":\"Cel\"}}",
            ],
            dialect.Read(
                "site/s/n7/up",
                """{"at":1772366399,"data":{"t":21.5,"doors":["shut","open"],"list":[1,2]}}"""));
        Assert.Contains(
            "the payload has none of the route's 4 fields, such as 'data.t'", dialect.Refuse("site/s/n7/up", "{}"));
    }

    [Fact]
    public void Items_of_an_array_are_records_of_their_own_devices_and_times() => Assert.Equal(
        [
            "a @ 2026-03-01T11:59:58.000Z device: {\"v\":1}",
            "b @ 2026-03-01T11:59:59.000Z device: {\"v\":2}",
        ],
        new DialectUnderTest(Json with
        {
            Each = "batch.items", Fields = ["v = v"], Device = "field:id", Time = "field:ts",
        }).Read(
            "site/s/n7/up",
            """{"batch":{"items":[{"id":"a","v":1,"ts":1772366398},{"id":"b","v":2,"ts":"2026-03-01T11:59:59Z"}]}}"""));

    [Fact]
    public void An_array_as_the_payload_is_read_item_by_item() => Assert.Equal(
        ["n7 @ - arrival: {\"v\":1}", "n7 @ - arrival: {\"value\":2}"],
        new DialectUnderTest(Json).Read("site/s/n7/up", """[{"v":1},2]"""));

    [Fact]
    public void A_reading_may_be_a_record_of_its_own() => Assert.Equal(
        [
            "n7 @ 2026-03-01T11:59:59.000Z device: {\"device\":\"n7\",\"measurement\":\"t\",\"value\":21.5,"
                + "\"unit\":\"Cel\",\"timeQuality\":\"device\",\"site\":\"s \\\"1\\\"\"}",
            "n7 @ 2026-03-01T11:59:59.000Z device: {\"device\":\"n7\",\"measurement\":\"on\",\"value\":true,"
                + "\"timeQuality\":\"device\",\"site\":\"s \\\"1\\\"\"}",
        ],
        new DialectUnderTest(Json with
        {
            Records = "reading", Fields = ["t (Cel) = t", "on = on"], Time = "field:at", Tags = ["site={site}"],
        }).Read("site/s \"1\"/n7/up", """{"at":1772366399,"t":21.5,"on":true}"""));

    [Fact]
    public void A_measurement_gives_way_to_tags_and_to_members_of_the_record() => Assert.Equal(
        "{\"site_\":1,\"units_\":2,\"historical_\":3,\"site\":\"s\",\"line\":\"3\"}",
        new DialectUnderTest(Json with { Tags = ["site={site}", "line=3"] })
            .Data("site/s/n7/up", """{"site":1,"units":2,"historical":3}"""));

    [Fact]
    public void Tags_go_into_objects_that_are_the_record_themselves()
    {
        var dialect = new DialectUnderTest(
            new RouteDefinition { Topic = "site/{site}/+", Tags = ["site={site}"], Key = "{site}-{client-id}" });
        Assert.Equal("{\"t\" : 1,\"site\":\"s\"}", dialect.Data("site/s/x", " {\"t\" : 1} "));
        Assert.Equal("{\"site\":\"s\"}", dialect.Data("site/s/x", "{ }"));
        Assert.Equal("{\"value\":21.5,\"site\":\"s\"}", dialect.Data("site/s/x", "21.5"));
        Assert.Equal("s-client-1", Assert.Single(dialect.Explain("site/s/x", "1"u8).Records).Key);
    }

    [Theory]
    [InlineData("", "is not valid JSON at byte 0")]
    [InlineData("{\"a\":}", "is not valid JSON at byte 5")]
    [InlineData("{}", "the payload holds no reading")]
    [InlineData("[]", "the payload holds no reading")]
    public void What_cannot_be_read_is_told(string payload, string reason) =>
        Assert.Contains(reason, new DialectUnderTest(Json).Refuse("site/s/n7/up", payload));

    [Fact]
    public void More_readings_than_a_message_may_have_are_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, 4097));
        Assert.Contains("more than 4096 readings", new DialectUnderTest(Json).Refuse("site/s/n7/up", $"[{many}]"));
        Assert.Equal(
            16, new DialectUnderTest(Json).Read("site/s/n7/up", $$"""{"a":[{{many[..^5]}}]}""").Length);
    }
}
