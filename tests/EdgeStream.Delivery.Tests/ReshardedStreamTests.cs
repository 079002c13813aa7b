namespace EdgeStream.Delivery.Tests;

/// <summary>Deliveries of a stream whose shards are split and merged under them.</summary>
public class ReshardedStreamTests
{
    [Fact]
    public async Task Every_record_arrives_once_and_a_parents_before_its_childrens()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with { BufferSeconds = 1 });
        await stage.StartAsync();
        await stage.AppendManyAsync(20);
        await stage.Store.SplitShardAsync(DeliveryStage.StreamName, "shardId-000000000000", UInt128.MaxValue / 2);
        await stage.AppendManyAsync(20);
        await stage.Store.UpdateShardCountAsync(DeliveryStage.StreamName, 1);
        await stage.AppendManyAsync(20);
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 60);
        AssertWhole(stage, 60);

        await stage.ReopenAsync();
        await stage.StartAsync();
        await stage.AppendManyAsync(5);
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 65);
        AssertWhole(stage, 65);
    }

    [Fact]
    public async Task A_delivery_from_the_latest_record_on_loses_none_of_the_children_while_it_is_stopped()
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { BufferSeconds = 1, Start = StartPosition.Latest });
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        await stage.AppendManyAsync(3);
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 3);
        await stage.StopEngineAsync();
        await stage.Store.SplitShardAsync(DeliveryStage.StreamName, "shardId-000000000000", UInt128.MaxValue / 2);
        await stage.AppendManyAsync(4);
        await stage.ReopenAsync();
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 7);
        Assert.Equal(0, stage.Status.BacklogRecords);
    }

    [Fact]
    public async Task The_numbers_of_a_shard_that_expired_stay_in_the_delivery_s_sums()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with { BufferSeconds = 1 });
        stage.StreamDefinition = stage.StreamDefinition with { RetentionAge = TimeSpan.FromHours(1) };
        await stage.Store.CreateOrUpdateAsync(stage.StreamDefinition);
        await stage.StartAsync();
        await stage.AppendManyAsync(10);
        await stage.Store.SplitShardAsync(DeliveryStage.StreamName, "shardId-000000000000", UInt128.MaxValue / 2);
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 10);
        await Eventually.TrueAsync(
            () =>
            {
                stage.Time.Advance(TimeSpan.FromMinutes(10));
                stage.Store.Tick();
                return stage.Stream.Shards.Count == 2;
            },
            () => stage.Status.ToString());
        await Eventually.TrueAsync(
            () => stage.Store.State.TryGet("deliveries/backup/expired", out _), () => stage.Status.ToString());
        Assert.False(stage.Store.State.TryGet("deliveries/backup/shardId-000000000000", out _));
        await stage.AppendManyAsync(5);
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 15);
        await stage.ReopenAsync();
        await stage.StartAsync();
        var status = stage.Status;
        Assert.Equal((15, 15, 0, 0), (
            status.AppendedRecords, status.DeliveredRecords, status.EvictedRecords, status.BacklogRecords));
    }

    private static void AssertWhole(DeliveryStage stage, int count)
    {
        var lines = stage.Destination.Accepted
            .SelectMany(name => DeliveredLine.ReadAll(stage.Destination.Objects[name], isGzip: true)).ToArray();
        Assert.Equal(count, lines.Length);
        Assert.Equal(lines.OrderBy(line => line.Shard, StringComparer.Ordinal).ThenBy(line => line.Sequence), lines);
        var status = stage.Status;
        Assert.Equal((count, count, 0L, 0L), (
            status.AppendedRecords, status.DeliveredRecords, status.EvictedRecords, status.BacklogRecords));
    }
}
