using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>
/// Members that join, stall, die and leave at random, over splits, merges, restarts and power cuts: every record is
/// done, per key in order, and no two members ever hold a shard at the same time.
/// </summary>
public sealed class GroupModelTests
{
    private const int SeedCount = 6;
    private const int StepCount = 400;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(SeedCount)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_record_is_done_in_order_and_never_by_two_who_hold_a_lease(int seed)
    {
        try
        {
            await using var run = new GroupModelRun(new Random(seed));
            await run.StartAsync();
            for (var step = 0; step < StepCount; step++)
            {
                await run.StepAsync();
            }

            await run.CheckAsync();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(TestSeed.Describe(seed, error.Message), error);
        }
    }

    [Fact]
    public async Task Canary_a_member_that_trusts_its_lease_too_long_is_found()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            await using var run = new GroupModelRun(new Random(seed)) { Trust = TimeSpan.FromSeconds(30) };
            await run.StartAsync();
            try
            {
                for (var step = 0; step < StepCount; step++)
                {
                    await run.StepAsync();
                }
            }
            catch (InvalidOperationException error) when (
                error.Message.Contains("both hold", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("Nobody noticed.");
    }
}
