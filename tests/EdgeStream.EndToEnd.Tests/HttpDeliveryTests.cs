using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records delivered to an HTTP endpoint that is a bad one, by a gateway that is killed.</summary>
public sealed class HttpDeliveryTests
{
    private const int Records = 3000;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(1)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_record_arrives_in_order_and_repeats_have_the_ids_of_what_they_repeat(int seed)
    {
        var random = new Random(seed);
        var taken = new List<(string Id, string Body)>();
        await using var server = new HttpStandIn(request =>
        {
            var answer = new StandInAnswer(
                200, $$"""{"requestId":"{{request["X-Amz-Firehose-Request-Id"]}}","timestamp":1}""");
            switch (random.Next(10))
            {
                case 0:
                    return new StandInAnswer(500, "broken");
                case 1:
                    return new StandInAnswer(429, "slow down", "Retry-After: 1");
                case 2:
                    return StandInAnswer.Closed;
                case 3:
                    taken.Add((request["X-Amz-Firehose-Request-Id"], request.Text));
                    return StandInAnswer.Closed;
                case 4:
                    taken.Add((request["X-Amz-Firehose-Request-Id"], request.Text));
                    return answer with { CutAfter = 60 };
                default:
                    taken.Add((request["X-Amz-Firehose-Request-Id"], request.Text));
                    return answer with { IsDripped = random.Next(2) == 0 };
            }
        });
        await using var world = await GatewayWorld.StartAsync("http-faults", DeliveredReadings.Config($"""
            http:
              url: {server.Url}
              payload: line
              gzip: true
              requestRecords: 100
              timeout: 10s
            """));
        for (var life = 0; life < 3; life++)
        {
            await DeliveredReadings.AppendAsync(world, Records / 3, life * Records / 3);
            world.Gateway.Kill9();
            await world.StartAgainAsync();
        }

        await DeliveredReadings.SettledAsync(world, Records);
        var records = taken.DistinctBy(request => request.Id).SelectMany(request => RecordsOf(request.Body)).ToArray();
        DeliveredReadings.AssertInOrder(records.Distinct(), Records);
        Assert.All(taken.GroupBy(request => request.Id), same => Assert.Single(
            same.Select(request => string.Concat(RecordsOf(request.Body))).Distinct()));
    }

    [Fact]
    public async Task A_server_that_lets_nobody_in_holds_the_delivery_up_and_health_names_it()
    {
        var isOpen = false;
        await using var server = new HttpStandIn(_ => new StandInAnswer(isOpen ? 200 : 401, "who are you?"));
        await using var world = await GatewayWorld.StartAsync("http-401", DeliveredReadings.Config($"""
            http:
              url: {server.Url}
              body: json-lines
            """));
        await DeliveredReadings.AppendAsync(world, 10);
        await Poll.UntilAsync(async () =>
            (await DeliveredReadings.StatusAsync(world)).GetProperty("lastError").GetString()?
                .Contains("answered 401: who are you?", StringComparison.Ordinal) == true);
        var health = await (await world.Api.GetAsync("/health")).Content.ReadAsStringAsync();
        Assert.Contains("401", health);
        Assert.Equal(0, (await DeliveredReadings.StatusAsync(world)).GetProperty("rejectedRecords").GetInt64());
        isOpen = true;
        await world.StartAgainAsync();
        await DeliveredReadings.SettledAsync(world, 10);
    }

    [Fact]
    public async Task A_record_that_is_refused_among_others_goes_to_the_error_stream()
    {
        await using var server = new HttpStandIn(request =>
            request.Text.Contains("\"number\":7}", StringComparison.Ordinal)
                ? new StandInAnswer(422, "seven is not allowed") : new StandInAnswer(200));
        await using var world = await GatewayWorld.StartAsync("http-422", DeliveredReadings.Config($"""
            http:
              url: {server.Url}
              body: json-array
            """));
        await DeliveredReadings.AppendAsync(world, 30);
        var status = await DeliveredReadings.SettledAsync(world, 30);
        Assert.Equal(1, status.GetProperty("rejectedRecords").GetInt64());
        var rejected = Assert.Single(await world.RecordsAsync("delivery-errors", 1));
        Assert.Contains("seven is not allowed", rejected.Data.GetRawText());
    }

    private static IEnumerable<(string Key, int Number)> RecordsOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        foreach (var record in document.RootElement.GetProperty("records").EnumerateArray())
        {
            var data = record.GetProperty("data").GetBytesFromBase64();
            using var line = JsonDocument.Parse(data);
            yield return (line.RootElement.GetProperty("key").GetString()!,
                line.RootElement.GetProperty("data").GetProperty("number").GetInt32());
        }
    }
}
