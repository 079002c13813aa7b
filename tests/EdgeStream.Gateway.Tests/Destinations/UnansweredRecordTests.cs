using EdgeStream.Delivery;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>A server that is away, silent, or lost in the middle of an object.</summary>
public sealed class UnansweredRecordTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_server_that_can_t_be_reached_is_told_after_the_timeout()
    {
        using var destination = new DestinationUnderTest(FreePort.Next(), timeout: Timeout, time: _time);
        await Poll.UntilAsync(async () =>
        {
            var result = await AdvanceUntilDoneAsync(destination.SendAsync(3));
            Assert.Equal(SendOutcome.Retryable, result.Outcome);
            return result.Reason!.Contains("refused", StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_not_acknowledged_in_time_stays_under_way_and_is_not_sent_again(int qos)
    {
        await using var server = ServerUnderTest.Start();
        var decision = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Decide = record => record.Sequence == 1
            ? PublishReceipt.Accepted : PublishReceipt.WhenDecided(decision.Task);
        using var destination = new DestinationUnderTest(server.Network.Port, qos, timeout: Timeout, time: _time);
        var sending = destination.SendAsync(3);
        await Poll.UntilAsync(() => server.Received.Count == 3);
        var result = await AdvanceUntilDoneAsync(sending);
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("has not acknowledged for 5 s", result.Reason, StringComparison.Ordinal);

        decision.SetResult(PublishOutcome.Accepted);
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(3));
        Assert.Equal([1, 2, 3], server.Sequences);
    }

    [Fact]
    public async Task Two_objects_of_a_shard_are_under_way_at_once_and_what_is_history_is_marked()
    {
        await using var server = ServerUnderTest.Start();
        var decision = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Decide = record => record.Sequence > 2
            ? PublishReceipt.Accepted : PublishReceipt.WhenDecided(decision.Task);
        using var destination = new DestinationUnderTest(server.Network.Port);
        var history = destination.SendDataAsync("1,\"historical\":true", "2,\"historical\":true");
        await Poll.UntilAsync(() => server.Received.Count == 2);
        var live = destination.SendAsync(3, first: 10);
        await Poll.UntilAsync(() => server.Received.Count == 5);
        decision.SetResult(PublishOutcome.Accepted);
        Assert.Equal([SendResult.Accepted, SendResult.Accepted], await Task.WhenAll(history, live));
        Assert.Equal(["true", "true", "", "", ""], server.Received.Select(record => record.Historical));
        Assert.Equal([1, 2, 10, 11, 12], server.Sequences);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_under_way_when_the_connection_is_lost_goes_out_on_the_next_one(int qos)
    {
        await using var server = ServerUnderTest.Start();
        var decision = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Decide = record => record.Sequence <= 2
            ? PublishReceipt.Accepted : PublishReceipt.WhenDecided(decision.Task);
        using var destination = new DestinationUnderTest(server.Network.Port, qos);
        var sending = destination.SendAsync(6);
        await Poll.UntilAsync(() => server.Received.Count == 6);
        server.Network.Cut();
        decision.SetResult(PublishOutcome.Accepted);
        server.Network.Mend();
        Assert.Equal(SendResult.Accepted, await sending);
        Assert.Equal([1, 2, 3, 4, 5, 6], server.Sequences.Distinct());
        Assert.Equal(6, server.Received.Select(record => record.Id).Distinct().Count());
        if (qos == 2)
        {
            Assert.Equal(6, server.Received.Count);
        }
    }

    [Fact]
    public async Task A_server_that_has_forgotten_the_session_gets_again_what_it_did_not_acknowledge()
    {
        await using var server = ServerUnderTest.Start();
        var never = new TaskCompletionSource<PublishOutcome>();
        server.Decide = record => record.Sequence <= 2
            ? PublishReceipt.Accepted : PublishReceipt.WhenDecided(never.Task);
        using var destination = new DestinationUnderTest(server.Network.Port, sendMaximum: 3);
        var sending = destination.SendAsync(6);
        await Poll.UntilAsync(() => server.Received.Count == 5);
        server.Decide = static _ => PublishReceipt.Accepted;
        await server.ReplaceAsync();
        var result = await sending;
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("forgotten the session", result.Reason, StringComparison.Ordinal);
        Assert.Equal(SendResult.Accepted, await destination.SendAsync(6));
        Assert.Equal([1, 2, 3, 4, 5, 3, 4, 5, 6], server.Sequences);
        never.SetCanceled();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Shards_that_share_the_window_keep_their_order(int qos)
    {
        const int Shards = 4;
        const int Records = 300;
        await using var server = ServerUnderTest.Start();
        using var destination = new DestinationUnderTest(server.Network.Port, qos, sendMaximum: 5);
        var results = await Task.WhenAll(Enumerable.Range(0, Shards)
            .Select(shard => Task.Run(() => destination.SendAsync(Records, first: 1, shard))));
        Assert.All(results, result => Assert.Equal(SendResult.Accepted, result));
        for (var shard = 0; shard < Shards; shard++)
        {
            var series = $"0a1b2c3d-shardId-{shard:D12}-";
            Assert.Equal(
                Enumerable.Range(1, Records).Select(number => $"{series}{number:D20}"),
                server.Received.Select(record => record.Id)
                    .Where(id => id.StartsWith(series, StringComparison.Ordinal)));
        }
    }

    private async Task<SendResult> AdvanceUntilDoneAsync(Task<SendResult> sending)
    {
        await Poll.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            return sending.IsCompleted;
        });
        return await sending;
    }
}
