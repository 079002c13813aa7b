using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

public class RetryDelayTests
{
    private static readonly RetryOptions Options = new();
    private static readonly SendResult Busy = SendResult.Retryable("busy");

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(1)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Delays_are_anywhere_below_a_ceiling_that_doubles_up_to_the_cap(int seed)
    {
        var random = new Random(seed);
        for (var failures = 1; failures < 200; failures++)
        {
            var ceiling = Math.Min(60_000, 500 * Math.Pow(2, failures - 1));
            var delays = Enumerable.Range(0, 100)
                .Select(_ => RetryDelay.After(failures, Busy, Options, random).TotalMilliseconds).ToList();
            Assert.All(delays, delay => Assert.InRange(delay, 1, ceiling));
            Assert.True(delays.Max() > ceiling / 2, $"{failures} failures: at most {delays.Max()} ms");
            Assert.True(delays.Min() < ceiling / 2, $"{failures} failures: at least {delays.Min()} ms");
        }
    }

    [Fact]
    public void A_rejection_is_tried_again_at_the_cap() => Assert.Equal(
        TimeSpan.FromSeconds(60), RetryDelay.After(1, SendResult.Rejected("403"), Options, new Random(1)));

    [Theory]
    [InlineData(120, 120)]
    [InlineData(86_400, 900)]
    public void A_destination_may_ask_for_up_to_a_quarter_of_an_hour(int askedSeconds, int expectedSeconds)
    {
        var result = SendResult.Retryable("slow down", TimeSpan.FromSeconds(askedSeconds));
        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), RetryDelay.After(1, result, Options, new Random(1)));
    }
}
