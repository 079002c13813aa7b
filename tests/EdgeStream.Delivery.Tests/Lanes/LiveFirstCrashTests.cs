using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>Live-first deliveries over kills, retention, refusals, splits and lost logs.</summary>
public class LiveFirstCrashTests
{
    public static TheoryData<int> Seeds() => [.. TestSeed.Take(6)];

    [Fact]
    public async Task A_batch_that_was_begun_as_new_is_the_same_object_when_it_is_sent_as_history_after_a_kill()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        await stage.ReopenAsync(stage.CopyOfFolder());
        Assert.Single(LiveStage.Segments(stage));
        Assert.True(stage.Store.State.TryGet(LiveStage.Ledger, out var bytes));
        var left = LedgerFormat.Read(bytes.Span).Pending!;
        await stage.StartAsync();
        await LiveStage.ReturnAsync(stage);
        var lines = DeliveredLine.ReadAll(stage.Destination.Objects[left.ObjectName], isGzip: false);
        Assert.Equal(left.RecordCount, lines.Count);
        Assert.DoesNotContain(lines, LiveStage.IsHistorical);
        LiveStage.AssertEachOnce(LiveStage.LinesInOrder(stage), records);
    }

    [Fact]
    public async Task A_batch_that_was_begun_as_history_is_sent_again_as_it_was_after_a_kill()
    {
        await using var stage = await LiveStage.OpenAsync();
        await LiveStage.GoAwayAsync(stage);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await stage.AppendManyAsync(300, padding: 500);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await stage.AppendManyAsync(1);
        string? copy = null;
        var name = "";
        var content = "";
        stage.Destination.Answer = item =>
        {
            if (item.IsHistorical && copy is null)
            {
                (copy, name) = (stage.CopyOfFolder(), item.Name);
                content = new StreamReader(item.OpenRead()).ReadToEnd();
            }

            return copy is null ? SendResult.Accepted : SendResult.Retryable("killed");
        };
        await stage.AdvanceUntilAsync(() => copy is not null, TimeSpan.FromMilliseconds(100));
        await stage.ReopenAsync(copy!);
        stage.Definition = stage.Definition with { LiveFirst = false };
        stage.Destination.Answer = static _ => SendResult.Accepted;
        await stage.StartAsync();
        await LiveStage.ReturnAsync(stage);
        Assert.Equal(content, System.Text.Encoding.UTF8.GetString(stage.Destination.Objects[name]));
        Assert.Contains("\"historical\":true", content, StringComparison.Ordinal);
        LiveStage.AssertEachOnce(stage.Destination.Lines(), 423);
        LiveStage.AssertAddsUp(stage);
    }

    /// <summary>Outages, kills at random steps, and the switch set one way or the other, until all is
    /// delivered.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_again_and_again_every_record_arrives_once_and_is_counted_once(int seed)
    {
        var random = new Random(seed);
        await using var stage = await LiveStage.OpenAsync(
            definition => definition with { BufferBytes = random.Next(2) == 0 ? 2 << 10 : 100 << 10 });
        for (var life = 0; life < 8; life++)
        {
            string? copy = null;
            var killAfter = random.Next(1, 20);
            var awayUntil = stage.Time.GetUtcNow().AddSeconds(random.Next(60));
            stage.Definition = stage.Definition with { LiveFirst = random.Next(5) > 0 };
            stage.Destination.Answer = _ => copy is not null || stage.Time.GetUtcNow() < awayUntil
                ? SendResult.Retryable("away")
                : random.Next(4) == 0 ? KillBefore() : SendResult.Accepted;
            stage.Destination.Stored = _ => Kill();
            await stage.StartAsync();
            for (var part = random.Next(6); part >= 0; part--)
            {
                await stage.AppendManyAsync(random.Next(1, 60), padding: random.Next(600));
                stage.Time.Advance(TimeSpan.FromSeconds(random.Next(20)));
            }

            await stage.AdvanceUntilAsync(
                () => Volatile.Read(ref copy) is not null || stage.Status.BacklogRecords == 0);
            AssertHoursAddUp(stage, seed);
            stage.Destination.Stored = static _ => { };
            await stage.ReopenAsync(copy ?? stage.CopyOfFolder());
            AssertHoursAddUp(stage, seed);

            SendResult KillBefore()
            {
                Kill();
                return SendResult.Retryable("away");
            }

            void Kill()
            {
                if (--killAfter == 0)
                {
                    Volatile.Write(ref copy, stage.CopyOfFolder());
                }
            }
        }

        await stage.StartAsync();
        await LiveStage.ReturnAsync(stage);
        AssertHoursAddUp(stage, seed);
        LiveStage.AssertAddsUp(stage);
        Assert.Empty(LiveStage.Segments(stage));
        LiveStage.AssertEachOnce(stage.Destination.Lines(), (int)stage.Stream.Shards[0].NewestSequence.Value);
        Assert.Equal(stage.Destination.Objects.Count, stage.Status.DeliveredObjects);
        Assert.Equal(0, stage.Status.EvictedRecords);
    }

    [Fact]
    public async Task What_retention_takes_of_history_is_counted_and_the_rest_arrives()
    {
        await using var stage = await LiveStage.OpenAsync(
            static definition => definition with { Protect = false }, retentionBytes: 192 << 10);
        await LiveStage.GoAwayAsync(stage);
        for (var i = 0; i < 10; i++)
        {
            await stage.AppendManyAsync(60, padding: 500);
            stage.Time.Advance(TimeSpan.FromMinutes(30));
            stage.Store.Tick();
            LiveStage.AssertAddsUp(stage);
        }

        Assert.True(stage.Status.EvictedRecords > 0);
        await stage.AppendManyAsync(1);
        await LiveStage.ReturnAsync(stage);
        LiveStage.AssertAddsUp(stage);
        var lines = LiveStage.LinesInOrder(stage);
        Assert.Equal(lines.Count, lines.Select(line => line.Sequence).Distinct().Count());
        Assert.Equal(stage.Stream.Statistics.AppendedRecords, lines.Count + stage.Status.EvictedRecords);
        Assert.Empty(LiveStage.Segments(stage));
        await stage.ReopenAsync();
        await stage.StartAsync();
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task What_is_refused_of_history_is_put_aside_though_newer_ones_were_before()
    {
        await using var stage = await LiveStage.OpenAsync(
            static definition => definition with { ErrorStream = "errors", BufferBytes = 2 << 10 });
        stage.Destination.AnswerRecord = static line =>
            line.Sequence % 4 == 0 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        await stage.AppendManyAsync(40);
        stage.Time.Advance(TimeSpan.FromHours(2));
        await stage.AppendManyAsync(20);
        await stage.StartAsync();
        await LiveStage.ReturnAsync(stage);
        var errors = stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()).ToArray();
        Assert.True(errors[0] > 40, string.Join(' ', errors));
        Assert.Equal(Enumerable.Range(1, 15).Select(i => 4L * i), errors.Order());
        Assert.Equal(15, stage.Status.RejectedRecords.Total);
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task Children_of_a_split_wait_for_the_history_of_their_parent()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        await stage.Store.SplitShardAsync(DeliveryStage.StreamName, "shardId-000000000000", UInt128.MaxValue / 2);
        await stage.AppendManyAsync(10);

        // The children are known to the delivery.
        await Eventually.TrueAsync(() => stage.Status.AppendedRecords == records + 10);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await LiveStage.ReturnAsync(stage);
        var lines = LiveStage.LinesInOrder(stage);
        Assert.Equal(records + 10, lines.Count);
        Assert.Equal(
            records, lines.TakeWhile(static line => line.Shard == "shardId-000000000000").Count());
        Assert.Empty(LiveStage.Segments(stage));
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task A_flush_completes_when_history_is_through_and_a_stop_leaves_it_where_it_is()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        stage.Destination.Answer = static item =>
            item.IsHistorical ? SendResult.Retryable("away") : SendResult.Accepted;
        var flush = stage.Engine.FlushAsync(default);
        await stage.AppendManyAsync(1);
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords > 120);
        stage.Destination.Answer = static _ => SendResult.Accepted;
        await LiveStage.ReturnAsync(stage);
        await flush.WaitAsync(TimeSpan.FromSeconds(30));
        LiveStage.AssertEachOnce(LiveStage.LinesInOrder(stage), records + 1);

        await stage.AppendManyAsync(120, padding: 500);
        stage.Destination.Answer = static _ => SendResult.Retryable("away");
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await stage.AppendManyAsync(1);
        await stage.AdvanceUntilAsync(() => stage.Status.HistoryRecords > 0);
        await stage.ReopenAsync();
        stage.Destination.Answer = static _ => SendResult.Accepted;
        await stage.StartAsync();
        await LiveStage.ReturnAsync(stage);
        LiveStage.AssertEachOnce(LiveStage.LinesInOrder(stage), records + 122);
    }

    [Fact]
    public async Task Segments_that_do_not_fit_the_first_are_forgotten_and_all_is_delivered_from_there()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        await stage.ReopenAsync();
        const string key = LiveStage.Ledger;
        Assert.True(stage.Store.State.TryGet(key, out var bytes));
        var first = LedgerFormat.Read(bytes.Span);
        var newest = stage.Stream.Shards[0].NewestSequence;
        first = first with { Pending = null, DeliveredRecords = newest.Value - first.Base.Value };
        var batch = new StateBatch().Put(key, LedgerFormat.Write(first));
        stage.Store.OpenConsumer(stage.Stream, "delivery-backup", Streams.ShardPosition.TrimHorizon)
            .AddCheckpoint(batch, stage.Stream.Shards[0], newest);
        await stage.Store.State.CommitAsync(batch);
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        Assert.Empty(LiveStage.Segments(stage));
        await LiveStage.ReturnAsync(stage);
        Assert.Equal(records + 3, stage.Status.DeliveredRecords);
        LiveStage.AssertAddsUp(stage);
    }

    private static void AssertHoursAddUp(DeliveryStage stage, int seed)
    {
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, TestSeed.Describe(seed, $"{audit.Problem} {string.Join('\n', audit.Hours)}"));
        Assert.Equal(stage.Stream.Shards[0].NewestSequence.Value, audit.Hours.Sum(hour => hour.Appended));
    }
}
