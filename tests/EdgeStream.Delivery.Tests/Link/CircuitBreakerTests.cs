namespace EdgeStream.Delivery.Tests.Link;

public class CircuitBreakerTests
{
    private static readonly RetryOptions Slow = new()
    {
        BaseDelay = TimeSpan.FromSeconds(1), CapDelay = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public async Task After_failures_in_a_row_one_shard_alone_tries()
    {
        await using var stage = await OpenAsync(shards: 8);
        var (attempts, shards) = Count(stage);
        await stage.AdvanceUntilAsync(() => stage.Status.Breaker == BreakerState.Open);
        Assert.Equal("away", stage.Status.LastError);

        // Attempts that had begun before may still fail, now or later; one of a shard at most.
        await stage.AdvanceUntilAsync(() => stage.Status.NextAttemptAt is not null);
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        lock (shards)
        {
            shards.Clear();
        }

        var before = attempts();
        for (var minute = 0; minute < 30; minute++)
        {
            var seen = attempts();
            await stage.AdvanceUntilAsync(() => attempts() > seen, TimeSpan.FromSeconds(60));
            await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.BackingOff);
        }

        Assert.InRange(attempts() - before, 30, 45);
        lock (shards)
        {
            Assert.Single(shards.Values, tries => tries > 1);
        }
    }

    [Fact]
    public async Task When_one_has_reached_the_destination_the_others_follow_within_seconds()
    {
        await using var stage = await OpenAsync(shards: 8);
        await stage.AdvanceUntilAsync(() => stage.Status.Breaker == BreakerState.Open);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords > 0, TimeSpan.FromSeconds(1));
        Assert.NotEqual(BreakerState.Open, stage.Status.Breaker);
        var back = stage.Time.GetUtcNow();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0, TimeSpan.FromSeconds(0.2));
        await stage.AdvanceUntilAsync(() => stage.Status.Breaker == BreakerState.Closed);
        Assert.InRange(stage.Time.GetUtcNow() - back, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_flush_gets_an_attempt_of_every_shard_and_no_more()
    {
        await using var stage = await OpenAsync(shards: 4);
        await stage.AdvanceUntilAsync(() => stage.Status.Breaker == BreakerState.Open);
        await WhenAllWaitAsync(stage, shards: 4);
        var (attempts, shards) = Count(stage);
        using var cancelled = new CancellationTokenSource();
        var flush = stage.Engine.FlushAsync(cancelled.Token);
        await Eventually.TrueAsync(() => shards.Count == 4);
        await WhenAllWaitAsync(stage, shards: 4);
        Assert.Equal(4, attempts());
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
    }

    [Fact]
    public async Task What_others_hold_back_waits_and_a_stop_gets_one_attempt_for_it()
    {
        await using var stage = await OpenAsync(shards: 4, keys: 1);
        await stage.AdvanceUntilAsync(() => stage.Status.Breaker == BreakerState.Open);
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.BackingOff);
        await AppendAsync(stage, keys: 64);
        var others = stage.Stream.Shards.Where(shard => shard.NewestSequence.Value > 1).ToArray();
        Assert.Equal(4, others.Length);
        var attempts = stage.Destination.Attempts;
        await Eventually.TrueAsync(() => stage.Status.BatchRecords >= 3);
        Assert.Equal(attempts, stage.Destination.Attempts);

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StopEngineAsync();
        Assert.Equal(
            3, stage.Destination.Lines().Select(line => line.Json.GetProperty("shard").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Refusals_do_not_open_it()
    {
        await using var stage = await OpenAsync(shards: 2);
        stage.Destination.Answer = _ => SendResult.Rejected("403");
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > 20, TimeSpan.FromSeconds(60));
        Assert.Equal(BreakerState.Closed, stage.Status.Breaker);
    }

    [Fact]
    public async Task Without_it_every_shard_tries_by_itself()
    {
        await using var stage = await OpenAsync(shards: 4, failures: 0);
        var (_, shards) = Count(stage);
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > 40, TimeSpan.FromSeconds(60));
        Assert.Equal(BreakerState.Closed, stage.Status.Breaker);
        Assert.Equal(4, shards.Count);
    }

    [Fact]
    public void A_failure_while_the_others_follow_opens_it_again()
    {
        var time = new EdgeStream.Testing.ManualTimeProvider();
        var breaker = new CircuitBreaker(2, time);
        object first = new(), second = new();
        breaker.Fail(first, "one");
        Assert.Equal(BreakerState.Closed, breaker.State);
        breaker.Fail(second, "two");
        Assert.Equal((BreakerState.Open, "two"), (breaker.State, breaker.Reason));
        Assert.False(breaker.MayTry(first));
        Assert.True(breaker.MayTry(second));
        breaker.Begin(second);
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        breaker.Succeed();
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        Assert.True(breaker.MayTry(first));
        breaker.Fail(first, "three");
        Assert.Equal(BreakerState.Open, breaker.State);
        breaker.Succeed();
        time.Advance(CircuitBreaker.SpreadMax);
        Assert.Equal(BreakerState.Closed, breaker.State);
        breaker.Fail(first, "four");
        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void Who_goes_first_tries_in_the_place_of_who_does_not()
    {
        var (history, live, other) = (new object(), new object(), new object());
        var breaker = new CircuitBreaker(failuresMax: 1, TimeProvider.System);
        breaker.Fail(history, "away", isFirst: false);
        Assert.True(breaker.MayTry(history, isFirst: false));
        Assert.True(breaker.MayTry(live));
        Assert.False(breaker.MayTry(history, isFirst: false));
        Assert.False(breaker.MayTry(other));
        breaker.Leave(live);
        Assert.True(breaker.MayTry(history, isFirst: false));
    }

    [Fact]
    public void Where_the_one_that_tries_leaves_another_may()
    {
        var breaker = new CircuitBreaker(1, new EdgeStream.Testing.ManualTimeProvider());
        object first = new(), second = new();
        breaker.Fail(first, "away");
        var change = breaker.Changed.Arm();
        Assert.False(breaker.MayTry(second));
        breaker.Leave(second);
        Assert.False(change.IsCancellationRequested);
        breaker.Leave(first);
        Assert.True(change.IsCancellationRequested);
        Assert.True(breaker.MayTry(second));
        Assert.False(breaker.MayTry(first));
    }

    private static async Task<DeliveryStage> OpenAsync(int shards, int failures = 5, int? keys = null)
    {
        var stage = await DeliveryStage.OpenAsync(
            definition => definition with
            {
                Retry = Slow, BufferSeconds = 0, Compression = CompressionKind.None,
                Link = new DeliveryLinkOptions { BreakerFailures = failures },
            },
            shards);
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await AppendAsync(stage, keys ?? shards * 16);
        Assert.True(keys is not null
            || stage.Stream.Shards.All(shard => shard.NewestSequence.Value > 0));
        await stage.StartAsync();
        return stage;
    }

    /// <summary>Waits until no attempt is on its way: each shard waits for the clock, for its own next attempt or for
    /// the one that tries.</summary>
    private static Task WhenAllWaitAsync(DeliveryStage stage, int shards) =>
        Eventually.TrueAsync(() => stage.Time.CountTimers(Slow.CapDelay) == shards);

    private static async Task AppendAsync(DeliveryStage stage, int keys)
    {
        for (var key = 0; key < keys; key++)
        {
            await stage.AppendAsync($"key-{key}", "1");
        }
    }

    /// <summary>Counts attempts from now on, in all and by shard.</summary>
    private static (Func<long> Attempts, Dictionary<string, int> Shards) Count(DeliveryStage stage)
    {
        var attempts = 0L;
        var shards = new Dictionary<string, int>(StringComparer.Ordinal);
        stage.Destination.Answer = item =>
        {
            lock (shards)
            {
                Interlocked.Increment(ref attempts);
                Assert.True(ObjectName.TryParse(
                    "backup", item.Name.AsSpan(item.Name.LastIndexOf('/') + 1), out var series, out _));
                shards[series.ToString()] = shards.GetValueOrDefault(series.ToString()) + 1;
            }

            return SendResult.Retryable("away");
        };
        return (() => Interlocked.Read(ref attempts), shards);
    }
}
