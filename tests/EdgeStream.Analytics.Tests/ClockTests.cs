namespace EdgeStream.Analytics.Tests;

public sealed class ClockTests
{
    private const long Second = 1_000_000;
    private static readonly long Year2026 = DateTimeOffset.Parse("2026-11-20T14:30:00Z").ToUnixTimeSeconds() * Second;

    [Fact]
    public void A_silent_key_fires_by_the_monotonic_clock()
    {
        var bench = new RuleBench(RuleBench.Above(30, forSeconds: 60));
        bench.Feed(31, 0);
        bench.Feed(32, 5);

        Assert.Equal("", bench.Pass(54));
        Assert.Equal("firing", bench.Pass(1));
        Assert.Equal(32, bench.LastAlerts[0].Value);
        Assert.Equal("", bench.Pass(100));
        Assert.Equal("resolved", bench.Feed(20, 200));
    }

    [Fact]
    public void Setting_the_wall_clock_fires_nothing_early()
    {
        var bench = new RuleBench(RuleBench.Above(30, forSeconds: 60));
        var boot = DateTimeOffset.UnixEpoch;
        bench.FeedData("""{"value":31}""", boot.AddSeconds(10));
        bench.FeedData("""{"value":31}""", boot.AddSeconds(11));
        bench.Time.Now = bench.Time.Now.AddYears(56);

        Assert.Equal("", bench.Pass(0));
        for (var second = 0; second < 58; second++)
        {
            Assert.Equal("", bench.Feed(31, second));
        }

        Assert.Equal("firing", bench.Feed(31, 58));
    }

    [Fact]
    public void Steps_between_records_add_up()
    {
        var clock = default(KeyClock);
        Assert.Equal([0, 1, 3, 4], Readings(ref clock, 100, 101, 103, 104));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(3600)]
    [InlineData(1_700_000_000)]
    public void One_long_step_counts_as_a_usual_one(long jump)
    {
        var clock = default(KeyClock);
        Assert.Equal([0, 2, 4, 6, 8], Readings(ref clock, 10, 12, 14, 16 + jump, 18 + jump));
    }

    [Fact]
    public void A_key_that_becomes_slow_is_believed_the_second_time()
    {
        var clock = default(KeyClock);
        Assert.Equal([0, 1, 2, 602, 1202], Readings(ref clock, 0, 1, 601, 1201, 1801));
    }

    [Fact]
    public void A_slow_key_loses_only_its_first_step()
    {
        var clock = default(KeyClock);
        Assert.Equal([0, 0, 60, 120, 180], Readings(ref clock, 0, 60, 120, 180, 240));
    }

    [Fact]
    public void Late_records_do_not_turn_the_clock_back_nor_count_twice()
    {
        var clock = default(KeyClock);
        Assert.Equal([0, 2, 2, 2, 3, 5], Readings(ref clock, 10, 12, 11, 10, 13, 15));
    }

    [Fact]
    public void A_clock_that_is_set_back_goes_on_from_there()
    {
        var clock = default(KeyClock);
        Assert.Equal([0, 1, 1, 2, 3], Readings(ref clock, Year2026 / Second, (Year2026 / Second) + 1, 10, 11, 12));
    }

    [Fact]
    public void Absurd_event_times_are_never_believed()
    {
        var clock = default(KeyClock);
        clock.Advance(0);
        clock.Advance(Second);
        foreach (var time in new[] { long.MaxValue, long.MinValue, long.MaxValue, 0, long.MaxValue, Year2026 })
        {
            Assert.InRange(clock.Advance(time), Second, 10 * Second);
        }
    }

    private static long[] Readings(ref KeyClock clock, params long[] seconds)
    {
        var readings = new long[seconds.Length];
        for (var index = 0; index < seconds.Length; index++)
        {
            readings[index] = clock.Advance(seconds[index] * Second) / Second;
        }

        return readings;
    }
}
