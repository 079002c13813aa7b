using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class RateMeterTests
{
    [Fact]
    public void The_rate_is_the_growth_over_the_last_ten_samples()
    {
        var meter = new RateMeter();
        Assert.Equal(0, meter.PerSecond);
        for (var second = 0; second <= 20; second++)
        {
            // One a second for ten seconds, then five.
            meter.Sample(second * TimeSpan.TicksPerSecond, second <= 10 ? second : 10 + ((second - 10) * 5));
            if (second == 10)
            {
                Assert.Equal(1, meter.PerSecond, precision: 6);
            }
        }

        Assert.Equal(5, meter.PerSecond, precision: 6);
    }

    [Fact]
    public void A_counter_that_stands_still_has_no_rate()
    {
        var meter = new RateMeter();
        for (var second = 0; second < 30; second++)
        {
            meter.Sample(second * TimeSpan.TicksPerSecond, 7);
        }

        Assert.Equal(0, meter.PerSecond);
    }
}
