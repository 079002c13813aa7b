using EdgeStream.Storage;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>Who may say what is done, and where the next member goes on.</summary>
public sealed class GroupCheckpointTests
{
    private static readonly TimeSpan Duration = new GroupOptions().LeaseDuration;

    [Fact]
    public async Task A_member_that_lost_its_lease_cannot_checkpoint()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(5);
        var group = await stage.GroupAsync();
        var old = GroupStage.ClaimOf(Assert.Single(await group.AcquireAsync("a")));
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("a", old, At(2)));
        stage.Time.Advance(Duration);
        var lease = Assert.Single(await group.AcquireAsync("b"));
        Assert.Equal(At(2), lease.Checkpoint);
        Assert.Equal(CheckpointStatus.LeaseLost, await group.CheckpointAsync("a", old, At(5)));
        Assert.Empty(await group.RenewAsync("a", [old]));
        Assert.False(await group.ReleaseAsync("a", old));

        // Nor under the other's name, nor with a counter that is not its own.
        Assert.Equal(CheckpointStatus.LeaseLost, await group.CheckpointAsync("b", old, At(5)));
        Assert.Equal(CheckpointStatus.LeaseLost, await group.CheckpointAsync("a", GroupStage.ClaimOf(lease), At(5)));
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("b", GroupStage.ClaimOf(lease), At(3)));
    }

    [Fact]
    public async Task A_lease_that_ran_out_and_that_nobody_took_is_still_its_owners()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(3);
        var group = await stage.GroupAsync();
        var claim = GroupStage.ClaimOf(Assert.Single(await group.AcquireAsync("a")));
        stage.Time.Advance(Duration * 2);
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("a", claim, At(3)));
        Assert.Single(await group.RenewAsync("a", [claim]));
        Assert.Empty(await group.AcquireAsync("b"));
    }

    [Fact]
    public async Task A_checkpoint_goes_forward_only_and_not_beyond_the_newest_record()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(5);
        var group = await stage.GroupAsync();
        var claim = GroupStage.ClaimOf(Assert.Single(await group.AcquireAsync("a")));
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("a", claim, At(3, 1)));
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("a", claim, At(3, 1)));
        Assert.Equal(CheckpointStatus.OutOfRange, await group.CheckpointAsync("a", claim, At(3, 0)));
        Assert.Equal(CheckpointStatus.OutOfRange, await group.CheckpointAsync("a", claim, At(2)));
        Assert.Equal(CheckpointStatus.OutOfRange, await group.CheckpointAsync("a", claim, At(6)));
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("a", claim, At(3)));
        Assert.Equal(CheckpointStatus.OutOfRange, await group.CheckpointAsync("a", claim, At(3, 7)));
        Assert.Equal(CheckpointStatus.NotAtEnd, await group.CheckpointAsync("a", claim, null));
        Assert.Equal(2, group.PendingRecords);
    }

    [Fact]
    public async Task Owners_counters_and_checkpoints_are_there_after_a_restart_and_leases_run_anew()
    {
        await using var stage = await GroupStage.StartAsync(2);
        await stage.AppendAsync(5);
        var group = await stage.GroupAsync();
        var claims = (await group.AcquireAsync("a")).Select(GroupStage.ClaimOf).ToList();
        await group.CheckpointAsync("a", claims[0], At(4, 2));
        stage.Time.Advance(Duration * 0.9);
        await stage.ReopenAsync();
        Assert.True(stage.Store.Groups.TryGet(stage.Stream, "group", out group));
        stage.Time.Advance(Duration * 0.9);
        Assert.Empty(await group.AcquireAsync("b"));
        var renewed = await group.RenewAsync("a", claims);
        Assert.Equal(At(4, 2), renewed[0].Checkpoint);
        Assert.Equal(Duration, renewed[0].ExpiresIn);
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("a", claims[1], At(5)));
    }

    [Fact]
    public async Task Children_are_leased_only_when_all_parents_are_done_to_their_end()
    {
        await using var stage = await GroupStage.StartAsync(2);
        await stage.AppendAsync(3);
        var group = await stage.GroupAsync();
        await stage.Store.MergeShardsAsync("readings", stage.Stream.Shards[0].Id, stage.Stream.Shards[1].Id);
        await stage.AppendAsync(1);
        var child = stage.Stream.OpenShards[0].Id;
        var parents = await group.AcquireAsync("a");
        Assert.DoesNotContain(child, GroupStage.Ids(parents));
        Assert.Equal(CheckpointStatus.Saved, await group.CheckpointAsync("a", GroupStage.ClaimOf(parents[0]), null));
        Assert.Equal(GroupStage.Ids([parents[1]]), GroupStage.Ids(await group.AcquireAsync("a")));
        Assert.Equal(
            CheckpointStatus.Saved, await group.CheckpointAsync("a", GroupStage.ClaimOf(parents[1]), At(3)));
        Assert.Equal([child], GroupStage.Ids(await group.AcquireAsync("a")));
        Assert.All(group.ListLeases(), lease => Assert.False(lease.IsWaiting));
    }

    [Fact]
    public async Task A_shard_that_never_took_a_record_does_not_let_its_children_pass_its_parent()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(3);
        var group = await stage.GroupAsync();
        var first = stage.Stream.Shards[0].Id;
        await stage.Store.SplitShardAsync("readings", first, 9);
        await stage.Store.MergeShardsAsync("readings", stage.Stream.Shards[1].Id, stage.Stream.Shards[2].Id);
        var lease = Assert.Single(await group.AcquireAsync("a"));
        Assert.Equal(first, lease.Shard.Id);
        await group.CheckpointAsync("a", GroupStage.ClaimOf(lease), null);
        Assert.Equal([stage.Stream.OpenShards[0].Id], GroupStage.Ids(await group.AcquireAsync("a")));
    }

    [Fact]
    public async Task Half_of_the_last_record_of_a_closed_shard_is_not_its_end()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(3);
        var group = await stage.GroupAsync();
        var claim = GroupStage.ClaimOf(Assert.Single(await group.AcquireAsync("a")));
        await stage.Store.SplitShardAsync("readings", claim.ShardId, 9);
        await group.CheckpointAsync("a", claim, At(3, 1));
        Assert.Equal([claim.ShardId], GroupStage.Ids(await group.AcquireAsync("a")));
        await group.CheckpointAsync("a", claim, At(3));
        Assert.Equal(2, (await group.AcquireAsync("a")).Count);
    }

    [Fact]
    public async Task A_group_that_starts_at_the_latest_has_nothing_of_what_was_there_also_after_a_restart()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(3);
        await stage.Store.SplitShardAsync("readings", stage.Stream.Shards[0].Id, UInt128.MaxValue / 2);
        await stage.AppendAsync(2);
        await stage.GroupAsync(ShardPosition.Latest);
        await stage.AppendAsync(1);
        await stage.ReopenAsync();
        var group = await stage.GroupAsync();
        var leases = await group.AcquireAsync("a");
        Assert.Equal(GroupStage.Ids(leases), stage.Stream.OpenShards.Select(shard => shard.Id));
        Assert.All(leases, lease => Assert.Equal(At(2), lease.Checkpoint));
        Assert.Equal(2, group.PendingRecords);
    }

    [Fact]
    public async Task A_group_that_starts_at_a_time_has_what_arrived_since()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(3);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        var from = Timestamp.From(stage.Time.GetUtcNow());
        await stage.AppendAsync(2);
        var group = await stage.GroupAsync(ShardPosition.AtTime(from));
        Assert.Equal(At(3), Assert.Single(await group.AcquireAsync("a")).Checkpoint);
    }

    [Fact]
    public async Task A_member_that_died_in_an_aggregated_record_loses_and_repeats_none_of_what_it_checkpointed()
    {
        await using var stage = await GroupStage.StartAsync();
        var aggregator = new RecordAggregator();
        for (var i = 0; i < 5; i++)
        {
            aggregator.Add($"k{i}", [(byte)('0' + i)]);
        }

        await stage.Stream.AppendAsync("any"u8.ToArray(), aggregator.ToArray());
        var group = await stage.GroupAsync();
        var done = new List<char>();
        for (var member = 0; done.Count < 5; member++)
        {
            var lease = Assert.Single(await group.AcquireAsync($"m{member}"));
            using var reader = lease.OpenReader();
            for (var count = 0; count < 2 && reader.TryRead(out var record); count++)
            {
                done.Add((char)record.Data[0]);
                var place = new GroupCheckpoint(record.Sequence, reader.IsWithinRecord ? record.SubSequence : null);
                Assert.Equal(
                    CheckpointStatus.Saved,
                    await group.CheckpointAsync($"m{member}", GroupStage.ClaimOf(lease), place));
            }

            stage.Time.Advance(Duration);
        }

        Assert.Equal("01234", new string([.. done]));
        Assert.Equal(0, group.PendingRecords);
    }

    private static GroupCheckpoint At(long sequence, int? place = null) => new(new SequenceNumber(sequence), place);
}
