using EdgeStream.Storage;

namespace EdgeStream.Delivery.Tests;

/// <summary>The account where clocks jump, logs lose records, and streams go.</summary>
public class AuditEdgeTests
{
    private const string Key = "deliveries/backup/shardId-000000000000";

    [Fact]
    public async Task A_clock_that_is_set_back_and_on_again_leaves_every_record_counted_where_it_was()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        await stage.StartAsync();
        foreach (var hours in new[] { 0, 10, 2, 5, 12, 3, 15 })
        {
            stage.Time.SetUtcNow(DeliveryStage.Start.AddHours(hours));
            await stage.AppendManyAsync(3);
            await stage.Engine.FlushAsync(default);
            AssertAddsUp(stage);
        }

        stage.Destination.Answer = static _ => SendResult.Retryable("away");
        stage.Time.SetUtcNow(DeliveryStage.Start.AddHours(20));
        await stage.AppendManyAsync(4);
        AssertAddsUp(stage);
        await stage.ReopenAsync();
        AssertAddsUp(stage);
        await stage.StartAsync();
        AssertAddsUp(stage);
    }

    [Fact]
    public async Task The_sum_of_a_stream_that_is_gone_is_no_problem()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        await stage.StopEngineAsync();
        await stage.Store.DeleteAsync(DeliveryStage.StreamName);
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, audit.Problem);
        Assert.Equal((3, 3, 0), (audit.Hours[0].Appended, audit.Hours[0].Delivered, audit.Hours[0].Pending));
    }

    [Fact]
    public async Task Hours_that_began_with_records_which_the_log_has_lost_have_not_begun()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        await stage.AppendManyAsync(3);
        var hour = HourLedger.HourOf(DeliveryStage.Start);
        KeyValuePair<string, ReadOnlyMemory<byte>>[] state =
        [
            new($"{Key}/hours/a", new HourRow(hour, 1) { Delivered = 2 }.Write()),
            new($"{Key}/hours/b", new HourRow(hour + 1, 3).Write()),
            new($"{Key}/hours/c", new HourRow(hour + 2, 5).Write()),
        ];
        var hours = new HourLedger(Key, stage.Stream.Shards[0]);
        Assert.True(hours.Load(state, new LedgerEntry
        {
            Stream = DeliveryStage.StreamName, Base = SequenceNumber.None, DeliveredRecords = 2,
        }));
        Assert.Equal([1L, 3L], hours.Rows.Select(row => row.First));
        Assert.True(hours.AddChanges(new StateBatch()));
    }

    [Fact]
    public async Task A_stream_that_was_made_anew_begins_without_the_gaps_of_the_old_one()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        stage.Destination.AnswerRecord = static line => line.Sequence < 3 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        await stage.AppendManyAsync(5);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.NotEmpty(DeliveryAuditor.Audit(stage.Store, stage.Time)[0].Gaps);
        await stage.StopEngineAsync();
        await stage.Store.DeleteAsync(DeliveryStage.StreamName);
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Accept;
        await stage.ReopenAsync();
        await stage.AppendManyAsync(1);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, audit.Problem);
        Assert.Empty(audit.Gaps);
    }

    [Fact]
    public async Task What_is_known_of_a_batch_in_flight_is_counted_when_its_shard_is_gone()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        stage.Destination.AnswerRecord = static line => line.Sequence switch
        {
            2 => RecordAnswer.Refuse, 5 => RecordAnswer.Away, _ => RecordAnswer.Accept,
        };
        await stage.AppendManyAsync(6);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        var entry = LedgerFormat.Read(
            stage.Store.State.TryGet(Key, out var bytes) ? bytes.Span : default);
        Assert.Equal([new SequenceRun(1, 4)], entry.Pending!.Accepted);
        var totals = new DeliveryTotals(stage.Definition, stage.Store.State);
        await totals.AddAsync(stage.Stream.Shards[0], entry);
        Assert.Equal((3, 3), (totals.Entry.DeliveredRecords, totals.Entry.EvictedRecords));
    }

    [Fact]
    public void A_count_of_repeats_below_zero_is_read_as_none()
    {
        var entry = new LedgerEntry { Stream = "s", Base = SequenceNumber.None, RetriedRecords = -3 };
        Assert.Equal(0, LedgerFormat.Read(LedgerFormat.Write(entry)).RetriedRecords);
    }

    private static void AssertAddsUp(DeliveryStage stage)
    {
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, $"{audit.Problem} {string.Join('\n', audit.Hours)}");
        Assert.Equal(stage.Stream.Shards[0].NewestSequence.Value, audit.Hours.Sum(hour => hour.Appended));
    }
}
