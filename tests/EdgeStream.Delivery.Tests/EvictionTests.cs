namespace EdgeStream.Delivery.Tests;

/// <summary>Retention takes records while the destination is away; every one of them is counted.</summary>
public class EvictionTests
{
    private const long RetentionBytes = 128 << 10;

    [Fact]
    public async Task Records_evicted_during_an_outage_are_counted_and_the_rest_arrives()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.StartAsync();
        await OverflowAsync(stage);
        AssertAccounts(stage);
        Assert.True(stage.Status.EvictedRecords > 0);

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertAccounts(stage);
        Assert.Equal(stage.Status.DeliveredRecords, stage.Destination.Lines().Count);
        Assert.Equal(
            stage.Stream.Statistics.AppendedRecords - stage.Destination.Lines().Count, stage.Status.EvictedRecords);

        await stage.ReopenAsync();
        await stage.StartAsync();
        AssertAccounts(stage);
        Assert.Equal(stage.Status.DeliveredRecords, stage.Destination.Lines().Count);
    }

    [Fact]
    public async Task A_batch_that_was_accepted_before_a_crash_is_not_replaced_by_what_is_left_of_it()
    {
        await using var stage = await OpenAsync(bufferBytes: 48 << 10);
        string? copy = null;
        stage.Destination.Stored = _ =>
        {
            copy = stage.CopyOfFolder();
            stage.Destination.Answer = _ => SendResult.Retryable("killed");
        };
        await stage.AppendManyAsync(300, padding: 200);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => copy is not null);
        stage.Destination.Stored = _ => { };
        var name = stage.Destination.Accepted[0];
        var content = stage.Destination.Objects[name];
        await stage.ReopenAsync(copy!);
        await OverflowAsync(stage);

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(content, stage.Destination.Objects[name]);
        AssertAccounts(stage);
        Assert.Equal(stage.Status.DeliveredRecords, DistinctSequences(stage));
    }

    [Fact]
    public async Task A_batch_that_was_not_accepted_before_a_crash_is_sent_as_far_as_it_is_left()
    {
        await using var stage = await OpenAsync(bufferBytes: 120 << 10);
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(330, padding: 200);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        await stage.ReopenAsync(stage.CopyOfFolder());
        while (stage.Stream.Shards[0].OldestSequence.Value == 1)
        {
            await stage.AppendManyAsync(20, padding: 200);
            stage.Store.Tick();
        }

        stage.Destination.FindAnswer = () => SendResult.Retryable("still away");
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.LastError == "still away");
        stage.Destination.FindAnswer = () => null;
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertAccounts(stage);
        Assert.Equal(stage.Stream.Shards[0].OldestSequence.Value, stage.Destination.Lines()[0].Sequence);
        Assert.Contains("-00000000000000000001-", stage.Destination.Accepted[0], StringComparison.Ordinal);
        Assert.Equal(stage.Status.DeliveredRecords, DistinctSequences(stage));
    }

    private static Task<DeliveryStage> OpenAsync(int bufferBytes = 4096) => DeliveryStage.OpenAsync(
        definition => definition with { BufferBytes = bufferBytes, Protect = false }, retentionBytes: RetentionBytes);

    private static async Task OverflowAsync(DeliveryStage stage)
    {
        for (var i = 0; i < 20; i++)
        {
            await stage.AppendManyAsync(100, padding: 200);
            stage.Store.Tick();
        }

        Assert.True(stage.Stream.Shards[0].OldestSequence.Value > 1, "retention must have taken something");
    }

    private static long DistinctSequences(DeliveryStage stage)
    {
        var sequences = stage.Destination.Lines().Select(line => line.Sequence).ToList();
        Assert.Equal(sequences.Count, sequences.Distinct().Count());
        return sequences.Count;
    }

    private static void AssertAccounts(DeliveryStage stage)
    {
        var status = stage.Status;
        Assert.Equal(stage.Stream.Statistics.AppendedRecords, status.AppendedRecords);
        Assert.Equal(status.AppendedRecords, status.DeliveredRecords + status.EvictedRecords + status.BacklogRecords);
    }
}
