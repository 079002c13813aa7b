using System.Text;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Devices.Tests;

public class IngestPipelineTests
{
    private static readonly RouteDefinition Everything = new() { Topic = "#" };

    [Fact]
    public async Task A_message_becomes_a_record_of_its_routes_stream()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(
            new RouteDefinition { Topic = "power/+", Stream = "other", Key = "segment:1", Time = "field:at" },
            Everything);
        Assert.Equal(IngestOutcome.Accepted, await Send(pipeline, "site/t", "21.5"));
        Assert.Equal(IngestOutcome.Accepted, await Send(pipeline, "power/m1", """{"at":1772366399,"w":5}"""));
        Assert.Equal(("site/t", "{\"value\":21.5}"), folder.Read("readings").Select(r => (r.Key, r.Data)).Single());
        var other = folder.Read("other").Single();
        Assert.Equal(("m1", """{"at":1772366399,"w":5}"""), (other.Key, other.Data));
        Assert.Equal(Timestamp.FromUnixMilliseconds(1772366399_000), other.EventTime);
        Assert.NotEqual(other.EventTime, other.ArrivalTime);
        Assert.Equal(new IngestStatistics(2, 0, 0, 0, 0), pipeline.Statistics);
    }

    [Fact]
    public async Task An_implausible_event_time_is_replaced_by_the_arrival_time_and_counted()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(Everything with { Time = "field:at" });
        await Send(pipeline, "a", """{"at":0}""");
        var record = folder.Read("readings").Single();
        Assert.Equal(record.ArrivalTime, record.EventTime);
        Assert.Equal(1, pipeline.Statistics.ReplacedEventTimes);
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_kept_in_the_dead_letter_stream_with_its_bytes_and_the_reason()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(Everything);
        byte[] payload = [.. "on \""u8, 0xFF, 0x00];
        var ticket = pipeline.Ingest(DeviceSource.Mqtt, "client \"7\"", "lamp/1"u8, payload);
        Assert.Equal(IngestOutcome.DeadLettered, await ticket.CompleteAsync());
        var record = folder.Read("dead-letter").Single();
        Assert.Equal("lamp/1", record.Key);
        using var json = JsonDocument.Parse(record.Data);
        Assert.Equal(
            ["reason", "source", "topic", "clientId", "payloadBase64"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("mqtt", json.RootElement.GetProperty("source").GetString());
        Assert.Equal("lamp/1", json.RootElement.GetProperty("topic").GetString());
        Assert.Equal("client \"7\"", json.RootElement.GetProperty("clientId").GetString());
        Assert.Equal(payload, json.RootElement.GetProperty("payloadBase64").GetBytesFromBase64());
        Assert.Equal(
            "Route '#' (decoder auto, key topic): the payload is neither a JSON object nor a number: unexpected 'o' at "
                + "byte 0. Send a JSON object or a number such as 21.5 (no NaN, no Infinity).",
            json.RootElement.GetProperty("reason").GetString());
        Assert.Equal(new IngestStatistics(0, 1, 0, 0, 0), pipeline.Statistics);
    }

    [Theory]
    [InlineData("elsewhere", "1", "No route takes the topic 'elsewhere' (2 routes were tried)")]
    [InlineData("keyed/x", "{}", "no text, number or boolean at 'id'")]
    [InlineData("keyed/x", "", "the payload is empty")]
    [InlineData("deep/x", "1", "the topic has no level 2")]
    public async Task Every_refusal_tells_what_to_do(string topic, string payload, string reason)
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(
            new RouteDefinition { Topic = "keyed/#", Key = "field:id" },
            new RouteDefinition { Topic = "deep/#", Key = "segment:2" });
        Assert.Equal(IngestOutcome.DeadLettered, await Send(pipeline, topic, payload));
        Assert.Contains(reason, folder.Read("dead-letter").Single().Data);
        Assert.Empty(folder.Read("readings"));
    }

    [Fact]
    public async Task A_dead_letter_that_is_too_large_keeps_the_first_part_of_the_payload()
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 256 << 10);
        await using var pipeline = folder.Pipeline(Everything);
        Assert.Equal(IngestOutcome.DeadLettered, await Send(pipeline, "a", new string('x', 300_000)));
        using var json = JsonDocument.Parse(folder.Read("dead-letter").Single().Data);
        Assert.Equal(64 << 10, json.RootElement.GetProperty("payloadBase64").GetBytesFromBase64().Length);
        Assert.Contains("300000 bytes only the first 65536", json.RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_message_that_its_stream_cannot_hold_becomes_a_dead_letter()
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 256 << 10);
        await using var pipeline = folder.Pipeline(Everything);
        Assert.Equal(
            IngestOutcome.DeadLettered,
            await Send(pipeline, "a", "{\"text\":\"" + new string('x', 200_000) + "\"}"));
        Assert.Equal(new IngestStatistics(0, 1, 0, 0, 0), pipeline.Statistics);
        using var json = JsonDocument.Parse(folder.Read("dead-letter").Single().Data);
        Assert.StartsWith(
            "Route '#': the record of 200011 bytes is larger than the stream 'readings' accepts. Send smaller",
            json.RootElement.GetProperty("reason").GetString());
        Assert.Equal(64 << 10, json.RootElement.GetProperty("payloadBase64").GetBytesFromBase64().Length);
    }

    [Fact]
    public async Task A_message_whose_dead_letter_no_segment_can_hold_is_refused_as_too_large()
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 64 << 10);
        await using var pipeline = folder.Pipeline(Everything);
        Assert.Equal(
            IngestOutcome.TooLarge,
            await Send(pipeline, "a", "{\"text\":\"" + new string('x', 200_000) + "\"}"));
        Assert.Equal(1, pipeline.Statistics.RefusedMessages);
    }

    [Fact]
    public async Task A_write_that_fails_is_told_to_its_sender_and_to_those_after()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(Everything);
        folder.Disk.IsBroken = true;
        Assert.Equal(IngestOutcome.Failed, await Send(pipeline, "a", "1"));
        Assert.Equal(IngestOutcome.Failed, pipeline.Ingest(DeviceSource.Mqtt, null, "a"u8, "2"u8).Outcome);
        folder.Disk.IsBroken = false;
    }

    [Fact]
    public async Task A_full_disk_is_told_to_the_sender()
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 64 << 10);
        await using var pipeline = folder.Pipeline(Everything);
        folder.Disk.IsFull = true;
        var payload = "{\"text\":\"" + new string('x', 1_000) + "\"}";
        var outcomes = new List<IngestOutcome>();
        while (outcomes.Count < 200 && (outcomes.Count == 0 || outcomes[^1] == IngestOutcome.Accepted))
        {
            outcomes.Add(await Send(pipeline, "a", payload));
        }

        Assert.Equal(IngestOutcome.DiskFull, outcomes[^1]);
        Assert.Equal(outcomes.Count - 1, folder.Read("readings").Count);
    }

    [Fact]
    public async Task A_route_to_a_stream_that_does_not_exist_is_refused_at_the_start()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var problem = Assert.Throws<ArgumentException>(() => folder.Pipeline(Everything with { Stream = "missing" }));
        Assert.Contains("'missing'", problem.Message);
    }

    [Fact]
    public async Task Accepted_messages_reach_the_registry_under_their_partition_key()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await using var pipeline = folder.Pipeline(registry, Everything with { Key = "client-id" });
        pipeline.Ingest(DeviceSource.Mqtt, "board-7", "a"u8, "21.5"u8);
        pipeline.Ingest(DeviceSource.Mqtt, "board-7", "a"u8, "oops"u8);
        var device = registry.List().Single();
        Assert.Equal(("board-7", DeviceSource.Mqtt, 1L), (device.Id, device.Source, device.Readings));
        Assert.Equal([new("value", 21.5)], device.Values);
    }

    private static ValueTask<IngestOutcome> Send(IngestPipeline pipeline, string topic, string payload) =>
        pipeline
            .Ingest(DeviceSource.Mqtt, "client", Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload))
            .CompleteAsync();
}
