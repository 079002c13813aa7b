using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>How a stream upstream, or who reads it, can tell what comes twice.</summary>
public sealed class KinesisIdTests
{
    private const string Series = $"{RecordObject.Delivery}-{RecordObject.Series}";

    [Fact]
    public async Task A_request_tells_who_made_its_records_and_their_sequence_numbers()
    {
        var isFirst = true;
        await using var server = new HttpStandIn(request =>
        {
            var answer = isFirst ? KinesisEndpoint.Take(request, 1, 3) : KinesisEndpoint.Take(request);
            isFirst = false;
            return answer;
        });
        using var item = new RecordObject(Options(server), RecordObject.Numbers(5, keys: 5));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.All(server.Requests, request => Assert.Equal(Series, request["x-edgestream-producer-id"]));
        Assert.Equal(["1", "2"], server.Requests.Select(request => request["x-edgestream-producer-sequence"]));
        Assert.Equal(["1,2,3,4", "2"], server.Requests.Select(request => request["x-edgestream-producer-offsets"]));
        Assert.DoesNotContain("edgestream", server.Requests[0]["Authorization"]);
    }

    [Fact]
    public async Task Without_the_switch_nothing_is_told()
    {
        await using var server = new HttpStandIn(request => KinesisEndpoint.Take(request));
        using var item = new RecordObject(
            Options(server) with { HasRecordIds = false }, RecordObject.Numbers(2, keys: 2));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.DoesNotContain(
            server.Requests[0].Headers.Keys,
            name => name.StartsWith("x-edgestream-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(1, null, 2, null, true)]
    [InlineData(1, null, 1024, null, true)]
    [InlineData(1, null, 1025, null, false)]
    [InlineData(7, 0, 7, 999, true)]
    [InlineData(7, 0, 7, 1000, false)]
    [InlineData(7, 1000, 7, 1999, true)]
    [InlineData(7, 0, 8, 0, false)]
    [InlineData(7, null, 8, 0, false)]
    [InlineData(7, 3, 8, null, false)]
    public void A_request_holds_what_a_stream_recognises(
        long first, int? firstPlace, long next, int? nextPlace, bool areOne) =>
        Assert.Equal(areOne, ProducerNumbers.Join(Record(first, firstPlace), Record(next, nextPlace)));

    [Fact]
    public void User_records_of_an_aggregated_one_are_numbered_by_their_places()
    {
        using var message = new HttpRequestMessage();
        ProducerNumbers.AddTo(message, new DeliveryRequest(Series, [Record(42, 1001), Record(42, 1004)]));
        Assert.Equal(
            [$"{Series}/1", "42", "1001", "3"],
            new[] { "id", "epoch", "sequence", "offsets" }.Select(
                name => Assert.Single(message.Headers.GetValues($"x-edgestream-producer-{name}"))));
    }

    [Fact]
    public void An_id_that_is_too_long_is_its_hash()
    {
        using var message = new HttpRequestMessage();
        ProducerNumbers.AddTo(message, new DeliveryRequest(new string('d', 65), [Record(1, null)]));
        Assert.Equal(
            "899987f295364060c6abd752a7e895124b467fd7cf56b52ce22f4a684a5723f4",
            Assert.Single(message.Headers.GetValues("x-edgestream-producer-id")));
        Assert.False(message.Headers.Contains("x-edgestream-producer-offsets"));
    }

    [Fact]
    public void Ids_go_with_strict_order_alone()
    {
        var options = new KinesisDestinationOptions
        {
            Link = new AwsLink(), StreamName = "up", HasRecordIds = true,
        };
        var definition = new DeliveryDefinition
        {
            Name = "up", Stream = "readings", Destination = options, LiveFirst = true,
        };
        Assert.Contains(definition.Validate(), error => error.Message.Contains("recordIds", StringComparison.Ordinal));
        Assert.Empty((definition with { Destination = options with { HasRecordIds = false } }).Validate());
    }

    [Fact]
    public async Task A_line_begins_with_the_id_of_its_record()
    {
        await using var server = new HttpStandIn(request => KinesisEndpoint.Take(request));
        using var item = new RecordObject(
            Options(server) with { IsLinePayload = true, IsIdentified = true },
            ("a", """{"n":1}"""), ("b", "not json"));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        var lines = server.Requests[0].Json.GetProperty("Records").EnumerateArray()
            .Select(record => record.GetProperty("Data").GetBytesFromBase64()).ToList();
        Assert.All(lines, line => Assert.StartsWith("{\"id\":\"up-", Encoding.UTF8.GetString(line)));
        using var first = JsonDocument.Parse(lines[0]);
        using var second = JsonDocument.Parse(lines[1]);
        Assert.Equal(RecordObject.IdOf(1), first.RootElement.GetProperty("id").GetString());
        Assert.Equal(1, first.RootElement.GetProperty("data").GetProperty("n").GetInt32());
        Assert.Equal(RecordObject.IdOf(2), second.RootElement.GetProperty("id").GetString());
        Assert.Equal("bm90IGpzb24=", second.RootElement.GetProperty("dataBase64").GetString());
    }

    private static DeliveredRecord Record(long sequence, int? place) => DeliveredRecord.Read(
        new(Encoding.UTF8.GetBytes(place is null
            ? $$"""{"sequence":{{sequence}}}""" : $$"""{"sequence":{{sequence}},"subSequence":{{place}}}""")));

    private static KinesisDestinationOptions Options(HttpStandIn server) =>
        KinesisEndpoint.Options(server) with { HasRecordIds = true };
}
