using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>The account adds up to what a model knows, whatever happened.</summary>
public class AuditTests
{
    public static TheoryData<int> Seeds() => [.. TestSeed.Take(4)];

    [Fact]
    public async Task Each_hour_has_its_own_records_and_what_waits_is_pending()
    {
        await using var stage = await OpenAsync();
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 3);
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Away;
        stage.Time.Advance(TimeSpan.FromHours(2));
        await stage.AppendManyAsync(4);
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, audit.Problem);
        Assert.Equal(
            [(DeliveryStage.Start.Hour, 3L, 3L, 0L), (DeliveryStage.Start.Hour + 2, 4L, 0L, 4L)],
            audit.Hours.Select(hour => (hour.Hour!.Value.Hour, hour.Appended, hour.Delivered, hour.Pending)));
        Assert.Empty(audit.Gaps);
        Assert.Empty(DeliveryAuditor.Audit(stage.Store, stage.Time, "other"));
    }

    [Fact]
    public async Task Older_hours_become_one_row_and_all_still_adds_up()
    {
        const int Hours = HourLedger.HoursMax + 5;
        await using var stage = await OpenAsync();
        await stage.StartAsync();
        for (var hour = 0; hour < Hours; hour++)
        {
            await stage.AppendManyAsync(1);
            await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
            stage.Time.Advance(TimeSpan.FromHours(1));
        }

        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, audit.Problem);
        Assert.Equal(HourLedger.HoursMax + 1, audit.Hours.Count);
        Assert.Null(audit.Hours[0].Hour);
        Assert.Equal(Hours, audit.Hours.Sum(hour => hour.Delivered));
    }

    [Fact]
    public async Task A_delivery_that_counted_before_there_were_hours_goes_on_from_its_totals()
    {
        await using var stage = await OpenAsync();
        await stage.AppendManyAsync(5);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        await stage.StopEngineAsync();
        var batch = new Storage.StateBatch();
        foreach (var (key, _) in stage.Store.State.List("deliveries/backup/shardId-000000000000/"))
        {
            batch.Delete(key);
        }

        await stage.Store.State.CommitAsync(batch);
        await stage.AppendManyAsync(2);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, audit.Problem);
        Assert.Equal([5L, 2L], audit.Hours.Select(hour => hour.Delivered));
    }

    /// <summary>Outages, refusals, retention and kills, in any order.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_happens_every_record_is_counted_once_and_every_gap_is_named(int seed)
    {
        var random = new Random(seed);
        await using var stage = await OpenAsync(random.Next(2) == 0 ? 128 << 10 : null);
        for (var life = 0; life < 8; life++)
        {
            string? copy = null;
            var killAfter = random.Next(5, 60);
            var away = random.Next(3) == 0;
            stage.Destination.Answer = _ =>
                away || copy is not null ? SendResult.Retryable("away") : SendResult.Accepted;
            stage.Destination.Stored = _ => Kill();
            stage.Destination.AnswerRecord = line =>
            {
                Kill();
                return copy is not null || random.Next(20) == 0 ? RecordAnswer.Away
                    : IsRefused(line.Sequence) ? RecordAnswer.Refuse : RecordAnswer.Accept;
            };
            await stage.StartAsync();

            // Of all lives fewer are refused or evicted than gaps are named.
            for (var i = random.Next(60, 180); i > 0; i--)
            {
                await stage.AppendManyAsync(1, padding: random.Next(600));
            }

            stage.Store.Tick();
            stage.Time.Advance(TimeSpan.FromMinutes(random.Next(90)));
            if (!away)
            {
                await stage.AdvanceUntilAsync(
                    () => Volatile.Read(ref copy) is not null || stage.Status.BacklogRecords == 0);
            }

            AssertAddsUp(stage);
            stage.Destination.Stored = _ => { };
            await stage.ReopenAsync(copy ?? stage.CopyOfFolder());
            AssertAddsUp(stage);

            void Kill()
            {
                if (--killAfter == 0)
                {
                    Volatile.Write(ref copy, stage.CopyOfFolder());
                }
            }
        }

        stage.Destination.Answer = _ => SendResult.Accepted;
        stage.Destination.AnswerRecord = static line =>
            IsRefused(line.Sequence) ? RecordAnswer.Refuse : RecordAnswer.Accept;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertIsTheModels(stage);
    }

    private static bool IsRefused(long sequence) => sequence % 7 == 0;

    private static void AssertAddsUp(DeliveryStage stage)
    {
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, $"{audit.Problem} {string.Join('\n', audit.Hours)}");
        Assert.Equal(stage.Stream.Shards[0].NewestSequence.Value, audit.Hours.Sum(hour => hour.Appended));
    }

    private static void AssertIsTheModels(DeliveryStage stage)
    {
        AssertAddsUp(stage);
        var audit = DeliveryAuditor.Audit(stage.Store, stage.Time)[0];
        var newest = stage.Stream.Shards[0].NewestSequence.Value;
        var arrived = stage.Destination.Records.Select(line => line.Sequence).ToHashSet();
        var refused = stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()).ToArray();
        Assert.Equal(refused.Distinct(), refused);
        Assert.Equal(refused.Length, audit.Hours.Sum(hour => hour.Rejected));
        var gaps = audit.Gaps.SelectMany(gap => Enumerable.Range((int)gap.First, (int)gap.RecordCount)
            .Select(sequence => (Sequence: (long)sequence, gap.Why))).ToArray();
        Assert.Equal(0, audit.ForgottenGapRecords);
        Assert.Equal(
            refused.Order(), gaps.Where(gap => gap.Why == GapWhy.Rejected).Select(gap => gap.Sequence).Order());
        var evicted = gaps.Where(gap => gap.Why == GapWhy.Evicted).Select(gap => gap.Sequence).ToHashSet();
        Assert.Equal(evicted.Count, audit.Hours.Sum(hour => hour.Evicted));
        for (var sequence = 1L; sequence <= newest; sequence++)
        {
            Assert.True(
                arrived.Contains(sequence) || refused.Contains(sequence) || evicted.Contains(sequence), $"{sequence}");
            Assert.False(arrived.Contains(sequence) && refused.Contains(sequence), $"{sequence}");
        }

        Assert.Equal(newest - refused.Length - evicted.Count, audit.Hours.Sum(hour => hour.Delivered));
    }

    private static Task<DeliveryStage> OpenAsync(long? retentionBytes = null)
    {
        var opened = DeliveryStage.OpenAsync(
            definition => definition with
            {
                ErrorStream = "errors", ErrorPrefix = "!{firehose:error-output-type}/",
                Compression = CompressionKind.None, BufferBytes = 16 << 10, BufferSeconds = 1,
                Protect = false,
            },
            retentionBytes: retentionBytes);
        return AcceptAsync(opened);
    }

    private static async Task<DeliveryStage> AcceptAsync(Task<DeliveryStage> opened)
    {
        var stage = await opened;
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Accept;
        return stage;
    }
}
