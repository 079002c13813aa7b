using System.Text;

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

    /// <summary>In hexadecimal a DDATA of two metrics by alias, of the library that the Sparkplug tests name.</summary>
    [Theory]
    [InlineData("json", "a/b", """{"a":{"t":21.5,"on":true},"list":[1,2],"text":"x"}""")]
    [InlineData("bare", "a/b", "21.5 C")]
    [InlineData("senml", "a/b", """[{"bn":"d:","bt":1772366399,"n":"t","u":"Cel","v":21.5},{"n":"h","v":50}]""")]
    [InlineData("tasmota", "tele/a/SENSOR", """{"Time":"2020-01-01T00:00:00","AM2301":{"Temperature":20.6}}""")]
    [InlineData("influx", "a/b", "weather,host=a temperature=82,on=t 1772366399000000000")]
    [InlineData("sparkplug", "spBv1.0/plant/DDATA/edge/d1",
        "08809494caca331214100a18809494caca33200a6900000000008036401211100c18809494caca33200350ffffffff0f1802")]
    public async Task Taking_the_readings_of_a_dialect_allocates_nothing(string dialect, string topic, string payload)
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 64 << 20);
        await using var pipeline = folder.Pipeline(DialectUnderTest.Route(dialect) with { Tags = ["site=north"] });
        pipeline.Ingest(
            DeviceSource.Mqtt, null, "spBv1.0/plant/DBIRTH/edge/d1"u8, Convert.FromHexString(
                "12210a0b74656d7065726174757265100a18988c94caca33200a69000000000040354012180a05636f756e74100c18988c94ca"
                    + "ca3320035090ddfbff0f"));
        var bytes = dialect == "sparkplug" ? Convert.FromHexString(payload) : Encoding.UTF8.GetBytes(payload);
        var name = Encoding.UTF8.GetBytes(topic);
        var least = long.MaxValue;
        for (var round = 0; round < RoundCount; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < MessagesPerRound; i++)
            {
                pipeline.Ingest(DeviceSource.Mqtt, "client-7", name, bytes);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(RoundCount * MessagesPerRound, pipeline.Statistics.AcceptedMessages
            - (dialect == "sparkplug" ? 1 : 0));
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
