using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>When a stream says that it refuses records.</summary>
public sealed class RefusalTests
{
    private static readonly TimeSpan Age = TimeSpan.FromHours(24);

    [Fact]
    public async Task A_stream_whose_present_segment_has_room_refuses_nothing_though_the_next_one_has_none()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("raw");
        await stage.Store.CreateOrUpdateAsync(stream.Definition with { RetentionAge = Age });
        await BudgetStage.AppendAsync(stream);
        stage.Disk.OperationsUntilFull = 0;

        // The segment is old enough to be sealed, and there is no room for another.
        stage.Time.Advance(Age);
        stage.Store.Tick();
        await Poll.UntilAsync(() => Task.FromResult(stream.LacksNextSegment));
        Assert.False(stream.IsDiskFull);
        await BudgetStage.AppendAsync(stream);
        Assert.False(stream.IsDiskFull);

        await BudgetStage.FillUntilRefusedAsync(stream);
        Assert.True(stream.IsDiskFull);
        Assert.False(stream.IsOverBudget);

        stage.Disk.OperationsUntilFull = int.MaxValue;
        stage.Store.Tick();
        await Poll.UntilAsync(() => Task.FromResult(!stream.LacksNextSegment));
        Assert.False(stream.IsDiskFull);
        await BudgetStage.AppendAsync(stream);
    }
}
