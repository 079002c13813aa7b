namespace EdgeStream.Devices.Tests;

public class IngestAllocationTests
{
    private const int RoundCount = 50;
    private const int MessagesPerRound = 200;

    [Theory]
    [InlineData("topic", "arrival")]
    [InlineData("client-id", "arrival")]
    [InlineData("segment:1", "arrival")]
    [InlineData("field:value", "arrival")]
    public async Task Taking_an_object_or_a_number_allocates_nothing(string key, string time)
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 64 << 20);
        await using var pipeline = folder.Pipeline(
            folder.Registry(),
            new RouteDefinition { Topic = "none/+" },
            new RouteDefinition { Topic = "site/#", Key = key, Time = time });
        Assert.Equal(0, LeastAllocatedBytes(pipeline));
    }

    [Fact]
    public async Task Reading_the_event_time_allocates_nothing()
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 64 << 20);
        await using var pipeline = folder.Pipeline(new RouteDefinition { Topic = "#", Time = "field:value" });
        Assert.Equal(0, LeastAllocatedBytes(pipeline));
    }

    /// <summary>The best round: a buffer of the log may still grow in some.</summary>
    private static long LeastAllocatedBytes(IngestPipeline pipeline)
    {
        var least = long.MaxValue;
        for (var round = 0; round < RoundCount; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < MessagesPerRound; i++)
            {
                var topic = "site/1/temperature"u8;
                pipeline.Ingest(
                    DeviceSource.Mqtt, "client-7", topic, """{"value":1772366399,"ok":true,"n":"x"}"""u8);
                pipeline.Ingest(DeviceSource.Mqtt, "client-7", topic, "21.5\n"u8);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
