using EdgeStream.Storage;

namespace EdgeStream.Devices.Tests;

/// <summary>How far a device's clock is off, and what becomes of its times.</summary>
public class DeviceClockTests
{
    private const long Second = 1_000_000;
    private static readonly Timestamp Start = DialectUnderTest.Now;

    [Theory]
    [InlineData(0)]
    [InlineData(-3600)]
    [InlineData(90)]
    public void The_offset_is_found_among_late_and_wild_times(int offsetSeconds)
    {
        var clock = new DeviceClock();
        for (var i = 0; i < 60; i++)
        {
            var now = After(i);

            // One in four seconds has only what was kept back, and one a time that is wild.
            var late = i % 4 == 1 ? -600 + (5 * i) : i % 10 == 7 ? 100_000 * i : 0;
            clock.Take(new Timestamp(now.UnixMicroseconds + ((offsetSeconds + late) * Second)), now);
            clock.Take(new Timestamp(now.UnixMicroseconds + ((offsetSeconds + late - 30) * Second)), now);
        }

        Assert.Equal(offsetSeconds * Second, clock.OffsetMicroseconds);
        Assert.Equal(offsetSeconds != 0, clock.IsOff);
    }

    [Fact]
    public void A_clock_that_is_set_is_known_after_three_seconds()
    {
        var clock = new DeviceClock();
        for (var i = 0; i < 20; i++)
        {
            clock.Take(new Timestamp(i * Second), After(i));
        }

        Assert.True(clock.IsOff);
        for (var i = 20; i < 23; i++)
        {
            Assert.True(clock.IsOff);
            clock.Take(After(i), After(i));
        }

        Assert.Equal(0, clock.OffsetMicroseconds);
    }

    [Theory]
    [InlineData("trust", "2026-03-01T11:00:00.000Z")]
    [InlineData("correct", "2026-03-01T12:00:00.000Z")]
    [InlineData("arrival", "2026-03-01T12:00:00.000Z")]
    public async Task A_time_by_a_clock_that_is_off_is_treated_as_the_route_says(string rule, string time)
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await using var pipeline = folder.Pipeline(
            registry, new RouteDefinition { Topic = "#", Time = "field:at", DeviceTime = rule });
        await pipeline.Ingest(
            DeviceSource.Mqtt, null, "d"u8, """{"t":1,"at":"2026-03-01T11:00:00Z"}"""u8).CompleteAsync();
        var record = Assert.Single(folder.Read("readings"));
        Assert.Equal(time, (record.EventTime == record.ArrivalTime ? Start : record.EventTime).ToString());
        Assert.Equal("""{"t":1,"at":"2026-03-01T11:00:00Z"}""", record.Data);
        var device = Assert.Single(registry.List());
        Assert.Equal((-3600 * Second, true), (device.ClockOffsetMicroseconds, device.IsClockOff));
        Assert.Equal((1, "d"), registry.FindClocksOff());
    }

    [Fact]
    public async Task Readings_of_one_message_keep_their_distances_and_say_how_far_their_times_can_be_believed()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(
            folder.Registry(),
            DialectUnderTest.Route("senml") with { DeviceTime = "correct", Records = "reading" });

        // A clock that began in the year 2000: nobody has set it.
        await pipeline.Ingest(
            DeviceSource.Mqtt, null, "d"u8,
            """[{"bn":"a:","bt":946684900,"n":"t","v":1,"t":-60},{"n":"t","v":2,"t":-30},{"n":"t","v":3}]"""u8)
            .CompleteAsync();
        var records = folder.Read("readings");
        Assert.Equal(
            ["11:59:00.000", "11:59:30.000", "12:00:00.000"],
            records.Select(record => record.EventTime.ToString()[11..23]));
        Assert.All(records, record => Assert.Contains(
            "\"timeQuality\":\"corrected\"", record.Data, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_right_clock_keeps_the_times_of_what_it_sends_late()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(
            folder.Registry(), DialectUnderTest.Route("senml") with { DeviceTime = "correct", Records = "reading" });
        foreach (var seconds in (int[])[0, -1800])
        {
            var now = folder.Time.GetUtcNow().ToUnixTimeSeconds();
            var pack = $$"""[{"bn":"a:","bt":{{now + seconds}},"n":"t","v":1}]""";
            await pipeline.Ingest(
                DeviceSource.Mqtt, null, "d"u8, System.Text.Encoding.UTF8.GetBytes(pack)).CompleteAsync();
            folder.Time.Advance(TimeSpan.FromSeconds(2));
        }

        var records = folder.Read("readings");
        Assert.Equal("2026-03-01T11:30:02.000Z", records[1].EventTime.ToString());
        Assert.Contains("\"timeQuality\":\"device\"   }", records[1].Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maybe", "dialect", "", "deviceTime", "allowed are trust, correct and arrival")]
    [InlineData("correct", "arrival", "", "deviceTime", "takes no times of devices")]
    [InlineData("trust", "dialect", "seq", "counter", "write field:<path>")]
    [InlineData("trust", "dialect", "field:", "counter", "no member name")]
    public void A_route_that_makes_no_sense_is_refused(
        string deviceTime, string time, string counter, string member, string message)
    {
        var problem = (DialectUnderTest.Route("json") with
        {
            DeviceTime = deviceTime, Time = time, Counter = counter,
        }).FindProblem();
        Assert.Equal(member, problem?.Member);
        Assert.Contains(message, problem?.Message, StringComparison.Ordinal);
    }

    private static Timestamp After(double seconds) => new(Start.UnixMicroseconds + (long)(seconds * Second));
}
