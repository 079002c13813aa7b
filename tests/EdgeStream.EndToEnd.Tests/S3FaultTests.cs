using EdgeStream.Delivery;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A bucket whose server is killed and comes back.</summary>
public sealed class S3FaultTests(S3ServerFixture fixture) : IClassFixture<S3ServerFixture>
{
    public static TheoryData<int> Seeds() => [.. TestSeed.Take(1)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_server_that_is_killed_again_and_again_has_every_record_once_and_in_order(int seed)
    {
        var random = new Random(seed);
        await using var run = await S3DeliveryRun.StartAsync(fixture.Server.Destination, "faults");
        for (var round = 0; round < 5; round++)
        {
            await run.AppendAsync(random.Next(50, 300));
            if (random.Next(2) == 0)
            {
                await run.DeliveredAsync();
            }

            await fixture.KillAsync();
            await run.AppendAsync(random.Next(50, 300));
            await run.StateAsync(DeliveryState.BackingOff, "cannot be reached");
            await Poll.UntilAsync(() => run.Status.NextAttemptAt is not null);
            await fixture.StartAsync();
        }

        await run.DeliveredAsync();
        var records = await fixture.Server.RecordsAsync();
        Assert.Equal(Enumerable.Range(1, run.Appended).Select(i => (long)i), records.Select(record => record.Sequence));
        Assert.Equal(
            Enumerable.Range(0, run.Appended), records.Select(record => record.Data.GetProperty("value").GetInt32()));
        Assert.Null(run.Status.LastError);
    }
}
