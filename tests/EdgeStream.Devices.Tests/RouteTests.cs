using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices.Tests;

public class RouteTests
{
    private static readonly Timestamp Now = Timestamp.From(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_first_route_that_matches_takes_the_message()
    {
        var router = new Router(
        [
            new RouteDefinition { Topic = "site/+/door" }, new RouteDefinition { Topic = "site/#" },
            new RouteDefinition { Topic = "site/1/door" },
        ]);
        Assert.Equal(0, router.Match("site/1/door"u8));
        Assert.Equal(1, router.Match("site/1/window"u8));
        Assert.Equal(-1, router.Match("other"u8));
    }

    [Theory]
    [InlineData("topic", "a/#/b")]
    [InlineData("stream", "")]
    [InlineData("key", "")]
    [InlineData("key", "topic:1")]
    [InlineData("key", "segment:")]
    [InlineData("key", "segment:-1")]
    [InlineData("key", "segment:128")]
    [InlineData("key", "field:")]
    [InlineData("key", "field:a[x]")]
    [InlineData("key", "constant:")]
    [InlineData("key", "Topic")]
    [InlineData("time", "now")]
    [InlineData("time", "field:a..b")]
    [InlineData("decoder", "xml")]
    public void A_wrong_member_is_named_with_what_is_allowed(string member, string value)
    {
        var definition = new RouteDefinition { Topic = "#" };
        definition = member switch
        {
            "topic" => definition with { Topic = value },
            "stream" => definition with { Stream = value },
            "key" => definition with { Key = value },
            "time" => definition with { Time = value },
            _ => definition with { Decoder = value },
        };
        var problem = definition.FindProblem();
        Assert.Equal(member, problem?.Member);
        Assert.NotEmpty(problem!.Message);
        Assert.Equal(member, Assert.Throws<ArgumentException>(() => Route.Create(definition)).ParamName);
    }

    [Fact]
    public void A_definition_of_the_defaults_is_right() =>
        Assert.Null(new RouteDefinition { Topic = "#" }.FindProblem());

    [Theory]
    [InlineData("topic", "site/1/door")]
    [InlineData("client-id", "client-ü")]
    [InlineData("segment:0", "site")]
    [InlineData("segment:2", "door")]
    [InlineData("constant:all of them", "all of them")]
    [InlineData("field:id", "x\u00e4\"1")]
    [InlineData("field:number", "1.50")]
    [InlineData("field:flag", "true")]
    [InlineData("field:list[1].id", "second")]
    [InlineData("field:matrix[1][0]", "3")]
    public void The_key_comes_from_where_the_route_says(string rule, string expected) =>
        Assert.Equal(expected, Key(rule, "client-ü", out _));

    [Theory]
    [InlineData("segment:3", "no level 3")]
    [InlineData("client-id", "no client id")]
    [InlineData("field:missing", "'missing'")]
    [InlineData("field:id.deeper", "'id.deeper'")]
    [InlineData("field:list", "'list'")]
    [InlineData("field:list[2]", "'list[2]'")]
    [InlineData("field:nothing", "'nothing'")]
    [InlineData("field:empty", "'empty'")]
    [InlineData("field:half", "'half'")]
    public void A_key_that_cannot_be_made_is_refused_with_the_reason(string rule, string reason)
    {
        Assert.Null(Key(rule, clientId: null, out var problem));
        Assert.Contains(reason, problem);
    }

    [Theory]
    [InlineData("\"2026-03-01T11:59:59.123456Z\"", 1772366399_123456)]
    [InlineData("\"2026-03-01T13:59:59+02:00\"", 1772366399_000000)]
    [InlineData("1772366399", 1772366399_000000)]
    [InlineData("1772366399.25", 1772366399_250000)]
    [InlineData("1.772366399e9", 1772366399_000000)]
    [InlineData("1772366399123", 1772366399_123000)]
    [InlineData("1772366399123456", 1772366399_123456)]
    [InlineData("946684800", 946684800_000000)]
    public void An_event_time_is_read_by_its_form_and_magnitude(string value, long expected) =>
        Assert.Equal(expected, Time(value, Now, out _)?.UnixMicroseconds);

    [Theory]
    [InlineData("\"2026-03-01T11:59:59\"")]
    [InlineData("\"2026-03-01\"")]
    [InlineData("\"yesterday\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"1772366399\"")]
    [InlineData("\"1970-01-01T00:00:10Z\"")]
    [InlineData("0")]
    [InlineData("12")]
    [InlineData("-1772366399")]
    [InlineData("1e99")]
    [InlineData("1e-99")]
    [InlineData("\"2026-03-03T12:00:00Z\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    public void A_time_that_cannot_be_believed_is_replaced_and_counted(string value)
    {
        Assert.Null(Time(value, Now, out var replaced));
        Assert.True(replaced);
    }

    [Fact]
    public void While_the_gateways_own_clock_is_not_set_a_device_may_know_better()
    {
        Assert.NotNull(Time("1772366399", Timestamp.FromUnixMilliseconds(20_000), out _));
        Assert.Null(Time("4102444801", Timestamp.FromUnixMilliseconds(20_000), out _));
    }

    [Fact]
    public void Arrival_time_is_no_replacement()
    {
        var time = Route.Create(new RouteDefinition { Topic = "#" }).Time.Find("{}"u8);
        Assert.Equal(TimeQuality.Arrival, EventTimeRule.Judge(time, Now).Quality);
    }

    private static string? Key(string rule, string? clientId, out string problem)
    {
        var route = Route.Create(new RouteDefinition { Topic = "#", Key = rule });
        var data = """
            {"\ud800\ud800\ud800":1,"id":"x\u00e4\"1","number":1.50,"flag":true,
            "list":[{"id":"first"},{"x":[],"id":"second"}],"matrix":[[1,2],[3]],"nothing":null,
            "empty":"","half":"\ud800"}
            """u8;
        var found = route.Key.TryGetKey(
            "device-1"u8, "site/1/door"u8, clientId, data, new IngestScratch(), out var key, out problem);
        return found ? Encoding.UTF8.GetString(key) : null;
    }

    private static Timestamp? Time(string value, Timestamp now, out bool replaced)
    {
        var route = Route.Create(new RouteDefinition { Topic = "#", Time = "field:meta.at" });
        var data = Encoding.UTF8.GetBytes("{\"at\":1,\"meta\":{\"at\":" + value + "}}");
        var time = EventTimeRule.Judge(route.Time.Find(data), now);
        replaced = time.Quality == TimeQuality.Replaced;
        return time.IsStated ? new Timestamp(time.UnixMicroseconds) : null;
    }
}
