namespace EdgeStream.Delivery.Tests;

public class OutageTests
{
    [Fact]
    public async Task While_the_destination_is_away_the_state_says_so_and_memory_holds_one_batch()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("no route to host");
        await stage.AppendManyAsync(200, padding: 100);
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.BackingOff);

        var status = stage.Status;
        Assert.Equal("no route to host", status.LastError);
        Assert.InRange(status.NextAttemptAt!.Value - stage.Time.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
        Assert.Equal((200, 0, 200, 0), (
            status.AppendedRecords, status.DeliveredRecords, status.BacklogRecords, status.EvictedRecords));
        Assert.InRange(status.BatchRecords, 1, 8);
        Assert.True(status.BacklogBytes > 200 * 100);
    }

    [Fact]
    public async Task Attempts_are_spread_out_to_the_cap_and_go_on_for_ever()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(10));

        // A jittered wait is 30 s on average once the cap of 60 s is reached: about 2,880 attempts a day, never 10,000.
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            var attempts = stage.Destination.Attempts;
            await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > attempts, TimeSpan.FromSeconds(30));
            await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.BackingOff);
            await stage.Time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(60));
            if (stage.Time.GetUtcNow() > DeliveryStage.Start.AddHours(2))
            {
                break;
            }
        }

        Assert.InRange(stage.Destination.Attempts, 100, 400);
        Assert.Equal(3, stage.Status.BacklogRecords);
        Assert.True(stage.Status.LagSeconds >= 2 * 3600);
    }

    [Fact]
    public async Task When_the_destination_returns_the_backlog_goes_out_without_waiting_for_the_buffer()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(200, padding: 100);
        stage.Time.Advance(TimeSpan.FromMinutes(10));
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.BackingOff);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords > 0);

        // From here on no time goes by.
        await Eventually.TrueAsync(() => stage.Status.BacklogRecords == 0);
        var status = stage.Status;
        Assert.Equal((200, 0.0, DeliveryState.Idle), (status.DeliveredRecords, status.LagSeconds, status.State));
        Assert.Null(status.LastError);
        Assert.Null(status.NextAttemptAt);
        Assert.True(status.DeliveredObjects > 20);
    }

    [Fact]
    public async Task A_rejection_is_shown_and_tried_again_at_the_cap_until_someone_mends_it()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Rejected("403 SignatureDoesNotMatch");
        await stage.AppendManyAsync(3);
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.BackingOff);
        Assert.Equal("403 SignatureDoesNotMatch", stage.Status.LastError);
        Assert.Equal(stage.Time.GetUtcNow().AddSeconds(60), stage.Status.NextAttemptAt);

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 3);
        Assert.Equal(2, stage.Destination.Attempts);
    }

    [Fact]
    public async Task A_destination_that_throws_is_tried_again()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => throw new InvalidOperationException("a bug");
        await stage.AppendManyAsync(3);
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.LastError == "a bug");
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 3);
    }

    [Fact]
    public async Task A_delivery_that_waits_holds_up_no_other()
    {
        await using var stage = await OpenAsync();
        var away = new ScriptedDestination { Answer = _ => SendResult.Retryable("away") };
        await using var engine = new DeliveryEngine(
            stage.Store,
            [stage.Definition with { Name = "away", Destination = away.Options }, stage.Definition],
            stage.Time);
        await engine.StartAsync();
        await stage.AppendManyAsync(50);
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => engine.Status()[1].DeliveredRecords == 50);
        Assert.Equal(50, engine.Status()[0].BacklogRecords);
    }

    private static Task<DeliveryStage> OpenAsync() =>
        DeliveryStage.OpenAsync(definition => definition with { BufferBytes = 2048 });
}
