using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>What goes to servers that take Prometheus remote write.</summary>
public sealed class PrometheusDestinationTests
{
    private const long StartMs = 1767225600000;

    [Fact]
    public async Task A_request_is_a_block_of_snappy_with_the_headers_of_version_1()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = Item(
            new PrometheusDestinationOptions
            {
                Link = new ServerLink { Url = server.Url, Token = "abc" },
                Metrics = new NamedValues(new KeyValuePair<string, string>("t", "n")),
                Labels = NamedValues.None,
            },
            ("a", """{"n":1.5}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/api/v1/write", request.Target);
        Assert.Equal("application/x-protobuf", request["Content-Type"]);
        Assert.Equal("snappy", request["Content-Encoding"]);
        Assert.Equal("0.1.0", request["X-Prometheus-Remote-Write-Version"]);
        Assert.Equal("Bearer abc", request["Authorization"]);

        // A series of 33 bytes: a label of 13 (__name__, t) and a sample of 16 (1.5 at 1,767,225,600,000 ms).
        Assert.Equal(
            "0A21" + "0A0D" + "0A085F5F6E616D655F5F" + "120174" + "1210" + "09000000000000F83F" + "1080D0EAB6B733",
            Convert.ToHexString(SnappyDecoder.Expand(request.Raw)));
    }

    [Fact]
    public async Task Labels_are_sorted_by_their_bytes_and_numbers_are_found_with_names_that_are_allowed()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = Item(
            Options(server) with
            {
                MetricPrefix = "plant_",
                Labels = new NamedValues(
                    new("site", "place.site"), new("Zone", "{key}"), new("gone", "nowhere"), new("empty", "e")),
                ConstantLabels = new NamedValues(new KeyValuePair<string, string>("area", "\"7\\\n\"")),
            },
            ("k/1", """
                {"place":{"site":"süd"},"motor":{"rpm":3,"on":true},"1 a":-2e3,"text":"x","list":[1],"e":""}
                """));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        const string Rest = "area=\"\\\"7\\\\\\n\\\"\",site=\"süd\"}";
        Assert.Equal(
            [
                $"{{Zone=\"k/1\",__name__=\"plant_1_a\",{Rest}=-2000",
                $"{{Zone=\"k/1\",__name__=\"plant_motor_on\",{Rest}=1",
                $"{{Zone=\"k/1\",__name__=\"plant_motor_rpm\",{Rest}=3",
            ],
            server.Samples.Select(series => $"{series.Key}={series.Value[0].Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_no_number_is_put_aside_and_special_numbers_are_never_the_mark_of_an_end()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = Item(
            Options(server) with { Metrics = new NamedValues(new("m", "n"), new("o", "p")) },
            ("a", """{"n":"NaN"}"""), ("b", """{"n":"Infinity","p":"-Infinity"}"""), ("c", """{"n":"7"}"""),
            ("d", "not json"), ("e", """{"n":1e999}"""), ("f", "1"), ("g", "{}"), ("h", """{"n":2,"p":"x"}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal([3, 4, 5, 6, 7], item.Rejected.Keys.Order());
        Assert.All(item.Rejected.Values, code => Assert.Equal("no-sample", code));
        Assert.Equal(
            0x7FF8000000000001,
            BitConverter.DoubleToInt64Bits(server.Samples["{__name__=\"m\",key=\"a\"}"][0].Value));
        Assert.Equal(double.PositiveInfinity, server.Samples["{__name__=\"m\",key=\"b\"}"][0].Value);
        Assert.Equal(double.NegativeInfinity, server.Samples["{__name__=\"o\",key=\"b\"}"][0].Value);
        Assert.Equal(4, server.Samples.Count);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_and_two_values_of_one_series_are_the_fault_of_their_record()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = Item(
            Options(server) with { Labels = new NamedValues(new KeyValuePair<string, string>("l", "t")) },
            ("a", """{"t":"\ud800","n":1}"""), ("b", """{"a.b":1,"a_b":2}"""), ("c", """{"n":1}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal([1, 2], item.Rejected.Keys.Order());
        Assert.Equal("{__name__=\"n\"}", Assert.Single(server.Samples).Key);
    }

    [Fact]
    public async Task A_record_with_too_many_numbers_or_too_long_texts_is_put_aside_alone()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = Item(
            Options(server) with
            {
                Labels = new NamedValues(new KeyValuePair<string, string>("l", "t")),
                RequestBytes = 16 << 20,
            },
            ("a", NumbersOf(SampleReader.SamplesMax)), ("b", NumbersOf(SampleReader.SamplesMax + 1)),
            ("c", $$"""{"t":"{{new string('x', SampleReader.TextCharactersMax)}}","n":1}"""),
            ("d", $$"""{"{{new string('x', SampleReader.TextCharactersMax + 1)}}":1}"""),
            ("e", """{"t":"last","n":1}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal([2, 3, 4], item.Rejected.Keys.Order());
        Assert.Equal(SampleReader.SamplesMax + 1, server.Samples.Count);
    }

    [Fact]
    public async Task Many_samples_go_in_several_requests()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = Item(
            Options(server),
            [.. Enumerable.Range(0, 20).Select(i => ($"k{i}", NumbersOf(SampleReader.SamplesMax)))]);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(20 * SampleReader.SamplesMax, server.Samples.Values.Sum(samples => samples.Count));
        Assert.Equal(4, server.Writes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_too_late_is_put_aside_alone_and_all_others_are_there_once(bool isPartial)
    {
        await using var server = new RemoteWriteStandIn(isPartial);
        using var item = new RecordObject(
            Options(server),
            i => DateTime.UnixEpoch.AddMilliseconds(StartMs + (i is 40 or 41 ? 5 : i)), RecordObject.Numbers(100, 2));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(new Dictionary<long, string> { [41] = "400", [42] = "400" }, item.Rejected);
        Assert.Equal(98, server.Samples.Values.Sum(samples => samples.Count));
    }

    [Fact]
    public async Task Two_values_of_one_millisecond_are_told_apart_from_one_value_twice()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = new RecordObject(
            Options(server), _ => DateTime.UnixEpoch.AddMilliseconds(StartMs),
            ("a", """{"n":1}"""), ("a", """{"n":1}"""), ("a", """{"n":2}"""), ("b", """{"n":3}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(new Dictionary<long, string> { [3] = "400" }, item.Rejected);
        Assert.Contains("duplicate sample", item.Records.Rejections[0].Cause.Message);
        Assert.Equal([1, 3], server.Samples.Values.Select(samples => Assert.Single(samples).Value).Order());
    }

    [Fact]
    public async Task Samples_of_a_lost_answer_are_found_at_the_server_and_not_refused()
    {
        await using var server = new RemoteWriteStandIn { IsTakenFirst = true };
        server.Answers.Enqueue(StandInAnswer.Closed);
        server.Answers.Enqueue(new StandInAnswer(503, "busy", "Retry-After: 7"));
        using var item = Item(Options(server) with { RequestRecords = 50 }, RecordObject.Numbers(100, 3));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(50, server.Samples.Values.Sum(samples => samples.Count));
        var busy = await item.SendAsync();
        Assert.Equal(SendOutcome.Retryable, busy.Outcome);
        Assert.Equal(7, busy.RetryAfter?.TotalSeconds);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
        Assert.Equal(100, server.Samples.Values.Sum(samples => samples.Count));
        Assert.Equal(4, server.Writes);
    }

    [Fact]
    public async Task What_of_a_request_is_there_is_not_sent_again()
    {
        await using var server = new RemoteWriteStandIn { IsTakenFirst = true };
        server.Answers.Enqueue(StandInAnswer.Closed);
        using (var first = Item(Options(server), RecordObject.Numbers(10)))
        {
            Assert.Equal(SendOutcome.Retryable, (await first.SendAsync()).Outcome);
        }

        // Another cut of the same records: those behind them are new.
        using var item = Item(Options(server), RecordObject.Numbers(20));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
        Assert.Equal(20, Assert.Single(server.Samples).Value.Count);
    }

    [Theory]
    [InlineData(400, "out of bounds")]
    [InlineData(500, "too old sample")]
    [InlineData(400, "err-mimir-sample-timestamp-too-old")]
    public async Task Samples_that_are_too_old_are_put_aside_although_the_server_takes_no_other(int status, string text)
    {
        await using var server = new RemoteWriteStandIn();
        for (var i = 0; i < 1000; i++)
        {
            server.Answers.Enqueue(new StandInAnswer(status, text));
        }

        using var item = Item(Options(server), RecordObject.Numbers(60));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(60, item.Rejected.Count);
        Assert.Contains(text, item.Records.Rejections[0].Cause.Message);
    }

    [Fact]
    public async Task A_refused_sample_that_cannot_be_asked_for_is_put_aside_with_that()
    {
        await using var server = new RemoteWriteStandIn { QueryAnswer = new StandInAnswer(404, "no query here") };
        server.Answers.Enqueue(new StandInAnswer(400, "out of order sample"));
        using var item = Item(Options(server), RecordObject.Numbers(1));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var message = Assert.Single(item.Records.Rejections).Cause.Message;
        Assert.Contains("could not be asked", message);
        Assert.Contains("no query here", message);
    }

    [Fact]
    public async Task A_query_that_is_not_answered_now_is_asked_again()
    {
        await using var server = new RemoteWriteStandIn { QueryAnswer = new StandInAnswer(503, "starting") };
        server.Answers.Enqueue(new StandInAnswer(400, "out of order sample"));
        using var item = Item(Options(server), RecordObject.Numbers(1));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Single(Assert.Single(server.Samples).Value);
    }

    [Theory]
    [InlineData(200, "<html>login</html>", SendOutcome.Retryable)]
    [InlineData(429, "slow down", SendOutcome.Retryable)]
    [InlineData(500, "out of order sample of an internal error", SendOutcome.Retryable)]
    [InlineData(400, "per-user series limit of 10 exceeded", SendOutcome.Retryable)]
    [InlineData(404, "no receiver", SendOutcome.Rejected)]
    [InlineData(401, "who are you", SendOutcome.Rejected)]
    public async Task A_server_that_takes_nothing_holds_up_and_no_sample_is_put_aside(
        int status, string body, SendOutcome outcome)
    {
        await using var server = new RemoteWriteStandIn();
        for (var i = 0; i < 100; i++)
        {
            server.Answers.Enqueue(new StandInAnswer(status, body));
        }

        using var item = Item(Options(server), RecordObject.Numbers(20));
        Assert.Equal(outcome, (await item.SendAsync()).Outcome);
        Assert.Empty(item.Rejected);
    }

    [Fact]
    public async Task A_failure_in_the_middle_keeps_what_was_taken()
    {
        await using var server = new RemoteWriteStandIn();
        server.Answers.Enqueue(null);
        server.Answers.Enqueue(StandInAnswer.Closed);

        // The same time again and again: each value needs a request of its own.
        using var item = new RecordObject(
            Options(server), _ => DateTime.UnixEpoch.AddMilliseconds(StartMs), RecordObject.Numbers(2));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(new Dictionary<long, string> { [2] = "400" }, item.Rejected);
        Assert.Equal(3, server.Writes);
    }

    [Fact]
    public async Task The_time_may_be_that_of_the_arrival()
    {
        await using var server = new RemoteWriteStandIn();
        using var item = Item(Options(server) with { IsArrivalTime = true }, RecordObject.Numbers(1));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(StartMs + 1000, Assert.Single(Assert.Single(server.Samples).Value).Time);
    }

    [Theory]
    [InlineData("http://h:9090/api/v1/write", null, "http://h:9090/api/v1/query")]
    [InlineData("http://h/x/api/v1/write/", null, "http://h/x/api/v1/query")]
    [InlineData("http://h/api/v1/push", null, "http://h/prometheus/api/v1/query")]
    [InlineData("http://h/mimir/api/v1/push/", null, "http://h/mimir/prometheus/api/v1/query")]
    [InlineData("http://h/receive", null, null)]
    [InlineData("http://h/api/v1/write", "", null)]
    [InlineData("http://h/api/v1/push", "http://h/api/prom/api/v1/query", "http://h/api/prom/api/v1/query")]
    public void The_query_api_stands_beside_the_write_api(string url, string? query, string? expected) =>
        Assert.Equal(
            expected,
            new PrometheusDestinationOptions { Link = new ServerLink { Url = url }, QueryUrl = query }
                .QueryUri?.ToString());

    private static string NumbersOf(int count) =>
        $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"n{i}\":{i}"))}}}";

    private static PrometheusDestinationOptions Options(RemoteWriteStandIn server) =>
        new() { Link = new ServerLink { Url = server.Url } };

    /// <summary>Records a millisecond apart.</summary>
    private static RecordObject Item(
        PrometheusDestinationOptions options, params (string Key, string Data)[] records) =>
        new(options, i => DateTime.UnixEpoch.AddMilliseconds(StartMs + i), records);
}
