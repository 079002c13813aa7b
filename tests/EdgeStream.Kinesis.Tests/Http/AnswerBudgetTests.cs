using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Http;

public sealed class AnswerBudgetTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Who_waits_is_served_in_order_when_room_comes_back()
    {
        var budget = new AnswerBudget(10, _time);
        Assert.True(budget.TryTake(8));
        var large = budget.TakeAsync(9, TimeSpan.FromSeconds(1), default).AsTask();
        var small = budget.TakeAsync(1, TimeSpan.FromSeconds(1), default).AsTask();
        Assert.False(budget.TryTake(1));
        Assert.False(large.IsCompleted || small.IsCompleted);
        budget.Return(8);
        Assert.True(await large && await small);
        Assert.Equal(10, budget.SizeBytes);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_ends_and_leaves_the_room_to_others()
    {
        var budget = new AnswerBudget(10, _time);
        Assert.True(budget.TryTake(8));
        var large = budget.TakeAsync(9, TimeSpan.FromSeconds(1), default).AsTask();
        var small = budget.TakeAsync(2, TimeSpan.FromSeconds(2), default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await large);
        Assert.True(await small);
        budget.Return(10);
        Assert.Equal(0, budget.SizeBytes);
    }

    [Fact]
    public async Task Who_leaves_takes_nothing()
    {
        var budget = new AnswerBudget(10, _time);
        Assert.True(budget.TryTake(10));
        using var leaving = new CancellationTokenSource();
        var waiting = budget.TakeAsync(1, Timeout.InfiniteTimeSpan, leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        budget.Return(10);
        Assert.Equal(0, budget.SizeBytes);
    }

    [Fact]
    public void What_exceeds_the_bound_is_served_alone()
    {
        var budget = new AnswerBudget(10, _time);
        Assert.True(budget.TryTake(100));
        Assert.False(budget.TryTake(1));
        budget.Return(100);
        Assert.True(budget.TryTake(1));
        Assert.False(budget.TryTake(100));
    }
}
