using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Devices.Tests;

/// <summary>Messages that become several records.</summary>
public class ReadingIngestTests
{
    private static readonly RouteDefinition Items = DialectUnderTest.Route("json") with
    {
        Device = "field:id", Fields = ["v = v"], Key = "device",
    };

    [Fact]
    public async Task Each_device_of_a_message_has_a_record_and_an_entry()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await using var pipeline = folder.Pipeline(registry, Items);
        Assert.Equal(
            IngestOutcome.Accepted, await Send(pipeline, """[{"id":"a","v":1},{"id":"b","v":2},{"id":"a","v":3}]"""));
        Assert.Equal(
            [("a", """{"v":1}"""), ("b", """{"v":2}"""), ("a", """{"v":3}""")],
            folder.Read("readings").Select(record => (record.Key, record.Data)));
        Assert.Equal(["a", "b"], registry.List().Select(device => device.Id).Order());
        Assert.Equal(new IngestStatistics(1, 0, 0, 0, 0), pipeline.Statistics);
    }

    [Fact]
    public async Task A_message_of_which_one_record_has_no_key_is_put_aside_whole()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(Items with { Fields = ["v = v", "k = k"], Key = "field:k" });
        Assert.Equal(
            IngestOutcome.DeadLettered, await Send(pipeline, """[{"id":"a","v":1,"k":"x"},{"id":"b","v":2}]"""));
        Assert.Empty(folder.Read("readings"));
        Assert.Contains("no text, number or boolean at 'k'", folder.Read("dead-letter").Single().Data);
    }

    [Fact]
    public async Task A_message_that_is_sent_again_doubles_none_of_its_records_where_the_stream_deduplicates()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await folder.Store.CreateOrUpdateAsync(
            folder.Stream("readings").Definition with { Deduplication = true });
        await using var pipeline = folder.Pipeline(Items);
        const string Payload = """[{"id":"a","v":1},{"id":"a","v":2},{"id":"b","v":3}]""";
        for (var turn = 0; turn < 2; turn++)
        {
            await pipeline.Ingest(
                DeviceSource.Mqtt, null, "t"u8, Encoding.UTF8.GetBytes(Payload),
                producer: new ProducerStamp("gateway-7"u8, 5)).CompleteAsync();
        }

        Assert.Equal(
            ["""{"v":1}""", """{"v":2}""", """{"v":3}"""], folder.Read("readings").Select(record => record.Data));
    }

    [Fact]
    public async Task A_time_that_cannot_be_believed_is_replaced_and_counted()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(Items with { Time = "field:at" });
        await Send(pipeline, """[{"id":"a","v":1,"at":7},{"id":"b","v":2,"at":1772366399}]""");
        var records = folder.Read("readings");
        Assert.Equal(records[0].ArrivalTime, records[0].EventTime);
        Assert.Equal(1_772_366_399_000_000, records[1].EventTime.UnixMicroseconds);
        Assert.Equal(1, pipeline.Statistics.ReplacedEventTimes);
    }

    private static ValueTask<IngestOutcome> Send(IngestPipeline pipeline, string payload) =>
        pipeline.Ingest(DeviceSource.Mqtt, "client", "t"u8, Encoding.UTF8.GetBytes(payload)).CompleteAsync();
}
