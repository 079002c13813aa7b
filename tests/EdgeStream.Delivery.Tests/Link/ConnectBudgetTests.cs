using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Link;

public class ConnectBudgetTests
{
    [Fact]
    public void A_burst_goes_at_once_and_the_rest_one_after_another()
    {
        var budget = new ConnectBudget(new ManualTimeProvider());
        var waits = Enumerable.Range(0, 40).Select(_ => budget.Take("server")).ToArray();
        Assert.All(waits[..ConnectBudget.BurstMax], wait => Assert.Equal(TimeSpan.Zero, wait));
        for (var i = ConnectBudget.BurstMax; i < waits.Length; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds((i - ConnectBudget.BurstMax + 1) / 5.0), waits[i]);
        }
    }

    [Fact]
    public void Servers_have_their_own_line_and_a_pause_gives_the_burst_back()
    {
        var time = new ManualTimeProvider();
        var budget = new ConnectBudget(time);
        for (var i = 0; i < 20; i++)
        {
            budget.Take("one");
        }

        Assert.Equal(TimeSpan.Zero, budget.Take("other"));
        Assert.True(budget.Take("one") > TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < ConnectBudget.BurstMax; i++)
        {
            Assert.Equal(TimeSpan.Zero, budget.Take("one"));
        }

        Assert.NotEqual(TimeSpan.Zero, budget.Take("one"));
    }

    [Fact]
    public void A_place_that_is_given_back_is_taken_again()
    {
        var budget = new ConnectBudget(new ManualTimeProvider());
        var waits = Enumerable.Range(0, 15).Select(_ => budget.Take("server")).ToArray();
        budget.Return("server");
        budget.Return("nobody");
        Assert.Equal(waits[^1], budget.Take("server"));
        Assert.Equal(TimeSpan.Zero, budget.Take("nobody"));
    }

    [Fact]
    public async Task An_attempt_that_a_flush_brings_forward_leaves_its_place_in_the_line()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with { BufferSeconds = 0 });
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(1);
        var budget = new ConnectBudget(stage.Time);
        await using var engine = new DeliveryEngine(
            stage.Store, [stage.Definition], stage.Time, connects: budget);
        await engine.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > 0, engine);
        var server = stage.Definition.Destination.Server;
        for (var i = 0; i < 100_000; i++)
        {
            budget.Take(server);
        }

        var end = EndOfLine();
        using var ending = new CancellationTokenSource();
        for (var i = 0; i < 5; i++)
        {
            // The backoff is over, the place a long way off: a flush tries all the same.
            await Eventually.TrueAsync(() =>
            {
                // More than once: the attempt that was seen may not have begun to wait yet.
                stage.Time.Advance(TimeSpan.FromSeconds(1));
                return EndOfLine() > end;
            });
            var attempts = stage.Destination.Attempts;
            _ = engine.FlushAsync(ending.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            await Eventually.TrueAsync(() => stage.Destination.Attempts > attempts);
        }

        // It may wait for its next one by now.
        Assert.InRange(EndOfLine(), end, end + (TimeSpan.FromSeconds(1) / ConnectBudget.PerSecondMax));
        await ending.CancelAsync();

        DateTimeOffset EndOfLine()
        {
            var wait = budget.Take(server);
            budget.Return(server);
            return stage.Time.GetUtcNow() + wait;
        }
    }

    [Fact]
    public async Task Deliveries_of_one_server_try_again_at_the_budgets_pace()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            BufferSeconds = 0,
            Retry = new RetryOptions
            {
                BaseDelay = TimeSpan.FromMilliseconds(10), CapDelay = TimeSpan.FromMilliseconds(10),
            },
        });
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(1);
        await using var engine = new DeliveryEngine(
            stage.Store,
            Enumerable.Range(0, 20).Select(number => stage.Definition with { Name = $"delivery-{number}" }),
            stage.Time);
        await engine.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts >= 20, engine);
        var began = stage.Time.GetUtcNow();
        var before = stage.Destination.Attempts;
        await stage.AdvanceUntilAsync(
            () => stage.Destination.Attempts > before + 100, engine, TimeSpan.FromMilliseconds(50));
        var seconds = (stage.Time.GetUtcNow() - began).TotalSeconds;
        Assert.True(
            stage.Destination.Attempts - before <= ConnectBudget.BurstMax + (ConnectBudget.PerSecondMax * seconds) + 1,
            $"{stage.Destination.Attempts - before} attempts in {seconds} s");
    }
}
