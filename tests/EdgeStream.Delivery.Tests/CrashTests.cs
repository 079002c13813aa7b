using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>
/// The process is killed at a step of a batch; a copy of the data folder made at that moment is what it leaves.
/// </summary>
public class CrashTests
{
    private const int Records = 40;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(4)];

    [Fact]
    public async Task Killed_before_the_destination_has_the_batch_it_is_sent_under_the_same_name()
    {
        await using var stage = await OpenAsync();
        string? copy = null;
        string? name = null;
        stage.Destination.Answer = item =>
        {
            copy ??= stage.CopyOfFolder();
            name ??= item.Name;
            return SendResult.Retryable("killed");
        };
        await StartAndWaitAsync(stage, () => copy is not null);

        await GoOnAsync(stage, copy!);
        Assert.Equal(name, stage.Destination.Accepted[0]);
        AssertEveryRecordOnce(stage);
    }

    [Fact]
    public async Task Killed_after_the_destination_has_the_batch_it_replaces_itself()
    {
        await using var stage = await OpenAsync();
        string? copy = null;
        stage.Destination.Stored = _ =>
        {
            copy = stage.CopyOfFolder();
            stage.Destination.Answer = _ => SendResult.Retryable("killed");
        };
        await StartAndWaitAsync(stage, () => copy is not null);
        var first = stage.Destination.Accepted[0];
        var before = stage.Destination.Objects[first];

        await GoOnAsync(stage, copy!);
        Assert.True(stage.Destination.Accepted.Count(name => name == first) >= 2);
        Assert.Equal(before, stage.Destination.Objects[first]);
        AssertEveryRecordOnce(stage);
    }

    [Fact]
    public async Task Killed_while_a_batch_is_collected_nothing_of_it_is_lost()
    {
        await using var stage = await OpenAsync();
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.BatchRecords == 3);
        var copy = stage.CopyOfFolder();
        stage.Destination.Answer = _ => SendResult.Retryable("away");

        await stage.ReopenAsync(copy);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 3);
        AssertEveryRecordOnce(stage, 3);
    }

    /// <summary>Kills the engine at random steps until all is delivered, however often.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_again_and_again_at_any_step_every_record_arrives_once_and_in_order(int seed)
    {
        var random = new Random(seed);
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { BufferBytes = 1024, BufferSeconds = 1 }, shards: 2);
        for (var life = 0; life < 6; life++)
        {
            string? copy = null;
            var killAfter = random.Next(1, 8);
            stage.Destination.Answer = _ => copy is not null ? SendResult.Retryable("killed")
                : random.Next(3) == 0 ? KillBefore()
                : SendResult.Accepted;
            stage.Destination.Stored = _ => Kill();
            for (var i = 0; i < Records; i++)
            {
                await stage.AppendAsync($"key{i % 5}", $"{{\"value\":{(life * Records) + i}}}");
            }

            await stage.StartAsync();
            await stage.AdvanceUntilAsync(
                () => Volatile.Read(ref copy) is not null || stage.Status.BacklogRecords == 0);
            stage.Destination.Stored = _ => { };
            await stage.ReopenAsync(copy ?? stage.CopyOfFolder());

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

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage, 6 * Records);
        AssertAccounts(stage, evicted: 0);
    }

    [Fact]
    public async Task A_start_position_latest_is_kept_when_killed_before_the_first_batch()
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { Start = StartPosition.Latest });
        await stage.AppendManyAsync(5);
        await stage.StartAsync();
        await stage.AppendAsync("k", "{\"value\":\"after\"}");
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await stage.ReopenAsync(stage.CopyOfFolder());

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 1);
        Assert.Equal(6, Assert.Single(stage.Destination.Lines()).Sequence);
        Assert.Equal(1, stage.Status.AppendedRecords);
    }

    [Fact]
    public async Task A_changed_compression_does_not_change_the_batch_in_flight()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await StartAndWaitAsync(stage, () => stage.Status.State == DeliveryState.BackingOff);
        await stage.ReopenAsync();

        stage.Definition = stage.Definition with { Compression = CompressionKind.None, Prefix = "elsewhere" };
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.StartsWith("site/", stage.Destination.Accepted[0], StringComparison.Ordinal);
        Assert.EndsWith(".gz", stage.Destination.Accepted[0], StringComparison.Ordinal);
        Assert.EndsWith(".jsonl", stage.Destination.Accepted[^1], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, Records).Select(i => (long)i), Sequences(stage).Order());
    }

    [Fact]
    public async Task A_stream_made_anew_under_the_same_name_is_delivered_from_its_start()
    {
        await using var stage = await OpenAsync();
        await StartAndWaitAsync(stage, () => stage.Status.DeliveredRecords == Records);
        await stage.StopEngineAsync();
        await stage.Store.DeleteAsync(DeliveryStage.StreamName);
        await stage.ReopenAsync();
        await stage.AppendManyAsync(2);

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status is { BacklogRecords: 0, DeliveredRecords: > 0 });
        Assert.Equal((2, 2, 0), (
            stage.Status.AppendedRecords, stage.Status.DeliveredRecords, stage.Status.EvictedRecords));
    }

    private static Task<DeliveryStage> OpenAsync() =>
        DeliveryStage.OpenAsync(definition => definition with { BufferBytes = 1024 });

    private static async Task StartAndWaitAsync(DeliveryStage stage, Func<bool> condition)
    {
        await stage.AppendManyAsync(Records);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(condition);
    }

    private static async Task GoOnAsync(DeliveryStage stage, string copy)
    {
        stage.Destination.Stored = _ => { };
        await stage.ReopenAsync(copy);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertAccounts(stage, evicted: 0);
    }

    private static IEnumerable<long> Sequences(DeliveryStage stage) =>
        stage.Destination.Lines().Select(line => line.Sequence);

    private static void AssertEveryRecordOnce(DeliveryStage stage, int records = Records)
    {
        var lines = stage.Destination.Lines();
        Assert.Equal(records, lines.Count);
        foreach (var shard in stage.Stream.Shards)
        {
            Assert.Equal(
                Enumerable.Range(1, (int)shard.NewestSequence.Value).Select(i => (long)i),
                lines.Where(line => line.Shard == shard.Id).Select(line => line.Sequence));
        }
    }

    private static void AssertAccounts(DeliveryStage stage, long evicted)
    {
        var status = stage.Status;
        Assert.Equal(stage.Stream.Statistics.AppendedRecords, status.AppendedRecords);
        Assert.Equal(evicted, status.EvictedRecords);
        Assert.Equal(status.AppendedRecords, status.DeliveredRecords + status.EvictedRecords + status.BacklogRecords);
        Assert.Equal(stage.Destination.Objects.Count, status.DeliveredObjects);
    }
}
