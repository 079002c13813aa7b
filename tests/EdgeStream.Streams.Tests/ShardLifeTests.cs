using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Closed shards until they have gone, and what stays of them.</summary>
public sealed class ShardLifeTests
{
    private const string Parent = "shardId-000000000000";

    private static readonly UInt128 Middle = (UInt128.MaxValue / 2) + 1;

    [Fact]
    public async Task A_closed_shard_expires_with_its_last_record_and_leaves_its_counts()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings");
        for (var i = 0; i < 40; i++)
        {
            await BudgetStage.AppendAsync(stream);
        }

        await stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
            .CheckpointAsync(stream.Shards[0], new SequenceNumber(7));
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        await BudgetStage.AppendAsync(stream);
        await TickUntilAsync(stage, () => stream.Shards[0].Id != Parent, TimeSpan.FromHours(12));

        Assert.Equal(2, stream.Shards.Count);
        Assert.Equal(41, stream.Statistics.AppendedRecords);
        BudgetStage.AssertAccounts(stream);
        Assert.Equal(40, stream.Evictions.Age);
        Assert.DoesNotContain(
            stage.Store.State.List(""), entry => entry.Key.EndsWith(Parent, StringComparison.Ordinal));
        Assert.Empty(stage.Disk.List(Path.Combine(stage.Folder, "streams", "readings", Parent)));

        await stage.ReopenAsync(StorageLimits.None);
        stream = stage.Find("readings");
        Assert.Equal(41, stream.Statistics.AppendedRecords);
        Assert.Equal(40, stream.Evictions.Age);
        await stage.Store.SplitShardAsync("readings", "shardId-000000000001", Middle / 2);
        Assert.Equal("shardId-000000000004", stream.Shards[^1].Id);
    }

    [Fact]
    public async Task An_empty_parent_stays_as_long_as_its_own_parent_has_records()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings");
        await BudgetStage.AppendAsync(stream);
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        using var attached = stage.Store.OpenConsumer(stream, "upstream", ShardPosition.TrimHorizon)
            .Attach(isProtecting: true);
        await stage.Store.MergeShardsAsync("readings", "shardId-000000000001", "shardId-000000000002");
        for (var i = 0; i < 30; i++)
        {
            stage.Time.Advance(TimeSpan.FromDays(1));
            stage.Store.Tick();
            await stage.Store.UpkeepAsync();
        }

        Assert.Equal([0, 1, 2, 3], stream.Shards.Select(shard => shard.Index));
        Assert.Equal(1, stream.Statistics.StoredRecords);
    }

    [Fact]
    public async Task A_closed_shard_gives_up_its_oldest_segments_for_what_the_open_ones_take()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings", retentionBytes: 8 * BudgetStage.SegmentBytes);
        await stage.FillAsync(stream, 6);
        var before = stream.Statistics.StoredRecords;
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        stage.Store.Tick();
        Assert.True(stream.Shards[0].Statistics.StoredRecords >= before / 2, "a split alone evicts hardly anything");
        await stage.FillAsync(stream, 9);
        await TickUntilAsync(
            stage, () => BudgetStage.SegmentBytesOf(stream) <= 8 * BudgetStage.SegmentBytes, TimeSpan.FromSeconds(1));
        BudgetStage.AssertAccounts(stream);
        Assert.True(stream.Shards[0].Evictions.Bytes > 0);
        Assert.Equal(0, stream.Evictions.Unattributed);
    }

    [Fact]
    public async Task A_consumer_of_the_parent_starts_with_the_first_record_of_the_children_whenever_it_is_opened()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings");
        await BudgetStage.AppendAsync(stream);
        var consumer = stage.Store.OpenConsumer(stream, "live", ShardPosition.Latest);
        await consumer.CheckpointAsync(stream.Shards[0], SequenceNumber.First);
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        await BudgetStage.AppendAsync(stream);
        var again = stage.Store.OpenConsumer(stream, "live", ShardPosition.Latest);
        var newcomer = stage.Store.OpenConsumer(stream, "other", ShardPosition.Latest);
        Assert.Equal((1L, 1L, 0L), (consumer.PendingRecords, again.PendingRecords, newcomer.PendingRecords));
    }

    [Fact]
    public async Task A_scaling_that_was_cut_off_goes_on_by_itself()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings");
        stage.Disk.OperationsUntilOff = 30;
        await Assert.ThrowsAnyAsync<IOException>(() => stage.Store.UpdateShardCountAsync("readings", 5).AsTask());
        stage.Disk.TurnOff();
        await stage.Store.DisposeAsync();
        stage.Disk.CutPower();
        await stage.ReopenAsync(StorageLimits.None);
        stream = stage.Find("readings");
        Assert.True(stream.IsChanging);
        await TickUntilAsync(stage, () => !stream.IsChanging, TimeSpan.FromSeconds(1));
        Assert.Equal(5, stream.OpenShards.Count);
    }

    [Fact]
    public async Task Folders_of_shards_that_the_state_does_not_have_are_kept_and_their_numbers_passed_over()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings");
        var before = stage.Store.State.List("streams/readings")[0].Value;
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        await stream.AppendAsync("b"u8.ToArray(), "kept"u8.ToArray());
        var keeper = stream.ShardFor("b"u8).Id;
        await stage.Store.State.CommitAsync(new StateBatch().Put("streams/readings", before.Span));
        await stage.ReopenAsync(StorageLimits.None);
        stream = stage.Find("readings");
        Assert.Single(stream.Shards);
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        Assert.DoesNotContain(stream.Shards, shard => shard.Id == keeper);
        Assert.Contains(keeper, Assert.Single(stage.Store.RecoveryFindings), StringComparison.Ordinal);
        Assert.NotEmpty(stage.Disk.List(Path.Combine(stage.Folder, "streams", "readings", keeper)));
    }

    [Fact]
    public async Task An_explicit_hash_key_decides_the_shard_and_the_record_keeps_its_key()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings");
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        foreach (var (hashKey, index) in new[] { (Middle - 1, 1), (Middle, 2), (UInt128.MaxValue, 2) })
        {
            Assert.Equal(AppendStatus.Accepted, stream.TryAppend(hashKey, "key"u8, "v"u8, null, out var receipt));
            Assert.Equal(index, receipt.Shard.Index);
            await receipt.WhenAcknowledged();
            using var reader = receipt.Shard.OpenReader(ShardPosition.At(receipt.Sequence));
            Assert.True(reader.TryRead(out var record));
            Assert.Equal("key", Encoding.UTF8.GetString(record.PartitionKey));
        }
    }

    [Fact]
    public async Task A_batch_for_a_closed_shard_is_refused_as_sealed()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("readings");
        var closed = stream.Shards[0];
        await stage.Store.SplitShardAsync("readings", Parent, Middle);
        var batch = new AppendBatch();
        Assert.True(batch.TryAdd("k"u8, "v"u8));
        Assert.Equal(AppendStatus.Sealed, closed.TryAppend(batch, out _));
        var error = await Assert.ThrowsAsync<StreamException>(() => stream.AppendAsync(closed, batch).AsTask());
        Assert.Contains("was closed", error.Message, StringComparison.Ordinal);
    }

    private static async Task TickUntilAsync(BudgetStage stage, Func<bool> condition, TimeSpan step)
    {
        await Poll.UntilAsync(async () =>
        {
            stage.Time.Advance(step);
            stage.Store.Tick();
            await stage.Store.UpkeepAsync();
            return condition();
        });
    }
}
