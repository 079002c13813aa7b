using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>A gateway that is started before its clock is set.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task Readings_from_1970_are_shown_with_right_times_once_the_clock_is_set()
    {
        var clock = new SettableTime(DateTimeOffset.UnixEpoch);
        await using var gateway = await GatewayUnderTest.StartAsync(
            change: start => start with { Time = clock });
        await PostAsync(gateway, 1);
        var health = await gateway.Client.GetStringAsync("/health");
        Assert.Contains("The clock is not set.", health);

        var now = DateTimeOffset.UtcNow;
        clock.Set(now);
        await Poll.UntilAsync(async () =>
            (await gateway.GetAsync("/api/status")).GetProperty("clock").GetProperty("steps").GetInt64() == 1);
        await PostAsync(gateway, 2);
        var records = (await gateway.GetAsync("/api/streams/readings/records?limit=10")).GetProperty("records");
        Assert.Equal(2, records.GetArrayLength());
        foreach (var record in records.EnumerateArray())
        {
            var arrival = record.GetProperty("arrivalTime").GetDateTimeOffset();
            Assert.InRange((arrival - now).TotalMinutes, -5, 5);
        }

        var status = await gateway.GetAsync("/api/status");
        Assert.True(status.GetProperty("clock").GetProperty("set").GetBoolean());
        Assert.InRange(status.GetProperty("uptimeSeconds").GetInt64(), 0, 600);
        Assert.InRange((status.GetProperty("startedAt").GetDateTimeOffset() - now).TotalMinutes, -10, 1);
        Assert.Contains("The clock is not set: it shows", gateway.Log);
        await Poll.UntilAsync(() => gateway.Log.Contains(" days. Records from before"), state: () => gateway.Log);
        Assert.DoesNotContain("The clock is not set.", await gateway.Client.GetStringAsync("/health"));
    }

    private static async Task PostAsync(GatewayUnderTest gateway, int value)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $$$"""{"records":[{"key":"k","data":{"value":{{{value}}}}}]}""");
        using var content = new StringContent(text, Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync("/api/streams/readings/records", content);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The machine's clock with another wall time.</summary>
    private sealed class SettableTime(DateTimeOffset start) : TimeProvider
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _at = start;
        private long _stamp = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow()
        {
            lock (_gate)
            {
                return _at + System.GetElapsedTime(_stamp);
            }
        }

        public void Set(DateTimeOffset time)
        {
            lock (_gate)
            {
                (_at, _stamp) = (time, System.GetTimestamp());
            }
        }
    }
}
