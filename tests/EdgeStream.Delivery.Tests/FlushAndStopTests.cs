using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery.Tests;

public class FlushAndStopTests
{
    [Fact]
    public async Task A_flush_sends_what_is_collected_without_waiting_for_the_buffer()
    {
        await using var stage = await DeliveryStage.OpenAsync(shards: 2);
        await stage.StartAsync();
        await stage.AppendAsync("a", "{\"value\":1}");
        await stage.AppendAsync("b", "{\"value\":2}");
        await stage.AppendAsync("c", "{\"value\":3}");
        await stage.Engine.FlushAsync(CancellationToken.None);
        Assert.Equal(3, stage.Destination.Lines().Count);
        Assert.Equal(0, stage.Status.BacklogRecords);
        await stage.Engine.FlushAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_flush_tries_again_at_once_where_the_destination_was_away()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        stage.Destination.Answer = _ => SendResult.Rejected("403");
        await stage.AppendManyAsync(2);
        await stage.StartAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.BackingOff);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.Engine.FlushAsync(CancellationToken.None);
        Assert.Equal(2, stage.Status.DeliveredRecords);
    }

    [Fact]
    public async Task A_cancelled_flush_lets_delivering_go_on()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(2);
        await stage.StartAsync();
        using var cancelled = new CancellationTokenSource();
        var flush = stage.Engine.FlushAsync(cancelled.Token);
        await Eventually.TrueAsync(() => stage.Destination.Attempts > 0);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 2);
    }

    [Fact]
    public async Task A_stop_delivers_the_batch_that_is_being_collected()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        await stage.StartAsync();
        await stage.AppendManyAsync(4);
        await Eventually.TrueAsync(() => stage.Status.BatchRecords == 4);
        await stage.Engine.StopAsync();
        Assert.Equal(4, stage.Destination.Lines().Count);
    }

    [Fact]
    public async Task A_stop_leaves_pending_what_a_destination_does_not_take_and_the_next_start_delivers_it()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(4);
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.BatchRecords == 4);
        await stage.Engine.StopAsync();
        Assert.Equal(4, stage.Status.BacklogRecords);
        Assert.Equal(1, stage.Destination.Attempts);

        await stage.ReopenAsync();
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 4);
        Assert.Single(stage.Destination.Objects);
    }

    [Fact]
    public async Task A_stop_waits_five_seconds_for_a_destination_that_does_not_answer()
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { Destination = new SilentOptions() });
        await stage.AppendManyAsync(4);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.Delivering);
        var stopping = stage.Engine.StopAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(stopping.IsCompleted);
        stage.Time.Advance(TimeSpan.FromSeconds(0.2));
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(4, stage.Status.BacklogRecords);
    }

    [Fact]
    public async Task Definitions_that_cannot_work_are_refused_with_the_reason()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        var good = stage.Definition;
        Assert.Contains("no stream 'other'", MessageOf(good with { Stream = "other" }), StringComparison.Ordinal);
        Assert.Contains("Two deliveries are named 'backup'", MessageOf(good, good), StringComparison.Ordinal);
        Assert.Contains("BufferBytes", MessageOf(good with { BufferBytes = 1 }), StringComparison.Ordinal);

        string MessageOf(params DeliveryDefinition[] definitions) =>
            Assert.Throws<ArgumentException>(() => new DeliveryEngine(stage.Store, definitions, stage.Time)).Message;
    }

    private sealed record SilentOptions : DestinationOptions
    {
        public override string Kind => "silent";

        public override string Target => "nowhere";

        public override IReadOnlyList<DefinitionError> Validate() => [];

        public override IDestination Open(
            string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) => new Silent();
    }

    private sealed class Silent : IDestination
    {
        public long RemovedObjects => 0;

        public async ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return SendResult.Accepted;
        }

        public ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken) =>
            ValueTask.FromResult(SendResult.Absent);

        public void Dispose()
        {
        }
    }
}
