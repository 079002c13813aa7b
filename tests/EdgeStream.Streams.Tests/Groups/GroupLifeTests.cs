using EdgeStream.Storage;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>How groups come and go, and what is left of them in the state.</summary>
public sealed class GroupLifeTests
{
    [Fact]
    public async Task A_deleted_group_refuses_its_members_and_begins_anew_under_its_name()
    {
        await using var stage = await GroupStage.StartAsync();
        await stage.AppendAsync(2);
        var group = await stage.GroupAsync();
        var claim = GroupStage.ClaimOf(Assert.Single(await group.AcquireAsync("a")));
        await group.CheckpointAsync("a", claim, new GroupCheckpoint(new SequenceNumber(2)));
        Assert.True(await stage.Store.Groups.DeleteAsync(stage.Stream, "group"));
        Assert.False(await stage.Store.Groups.DeleteAsync(stage.Stream, "group"));
        var refused = await Assert.ThrowsAsync<GroupException>(() => group.AcquireAsync("a").AsTask());
        Assert.Equal(GroupRefusal.Gone, refused.Refusal);
        Assert.Empty(stage.Store.State.List(ConsumerGroups.KeyPrefix));
        Assert.Equal(2, (await stage.GroupAsync()).PendingRecords);
    }

    [Fact]
    public async Task A_deleted_stream_takes_its_groups_with_it()
    {
        await using var stage = await GroupStage.StartAsync();
        var group = await stage.GroupAsync();
        await group.AcquireAsync("a");
        await stage.Store.DeleteAsync("readings");
        Assert.Empty(stage.Store.State.List(ConsumerGroups.KeyPrefix));
        await Assert.ThrowsAsync<GroupException>(() => group.AcquireAsync("b").AsTask());
        await Assert.ThrowsAsync<GroupException>(() => stage.GroupAsync().AsTask());
        Assert.Empty(stage.Store.State.List(ConsumerGroups.KeyPrefix));
    }

    [Fact]
    public async Task Nothing_is_kept_of_the_leases_of_shards_that_have_expired()
    {
        await using var stage = await GroupStage.StartAsync();
        var group = await stage.GroupAsync();
        var parent = GroupStage.ClaimOf(Assert.Single(await group.AcquireAsync("a")));
        await stage.Store.SplitShardAsync("readings", parent.ShardId, 9);
        stage.Time.Advance(stage.Stream.Definition.RetentionAge + TimeSpan.FromMinutes(1));
        stage.Store.Tick();
        await stage.Stream.WhenShardsChange(stage.Stream.Shards.Count == 3 ? stage.Stream.Shards : []);
        Assert.Equal(2, (await group.AcquireAsync("a")).Count);
        Assert.False(stage.Store.State.TryGet($"groups/readings/group/{parent.ShardId}", out _));
    }

    [Fact]
    public async Task Twenty_groups_a_stream_are_the_limit()
    {
        await using var stage = await GroupStage.StartAsync();
        for (var i = 0; i < ConsumerGroups.GroupsMax; i++)
        {
            await stage.Store.Groups.OpenAsync(stage.Stream, $"g{i}", new GroupOptions());
        }

        var refused = await Assert.ThrowsAsync<GroupException>(() => stage.GroupAsync().AsTask());
        Assert.Equal(GroupRefusal.TooManyGroups, refused.Refusal);
        Assert.Equal(ConsumerGroups.GroupsMax, stage.Store.Groups.List(stage.Stream).Count);
    }

    [Fact]
    public async Task Names_and_options_out_of_range_are_refused()
    {
        await using var stage = await GroupStage.StartAsync();
        Task Open(string name, GroupOptions options) =>
            stage.Store.Groups.OpenAsync(stage.Stream, name, options).AsTask();
        await Assert.ThrowsAsync<ArgumentException>(() => Open("no name", new GroupOptions()));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Open("g", new GroupOptions { LeaseDuration = TimeSpan.FromMilliseconds(999) }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Open("g", new GroupOptions { Start = ShardPosition.At(SequenceNumber.First) }));
        var group = await stage.GroupAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => group.AcquireAsync("no/name").AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => group.AcquireAsync("a", 0).AsTask());
    }

    [Fact]
    public void The_entries_in_the_state_are_frozen()
    {
        var lease = new LeaseEntry
        {
            Counter = 258, Checkpoint = new GroupCheckpoint(new SequenceNumber(772), 5), Owner = "m-1",
        };
        Assert.Equal("0102010000000000000403000000000000050000006D2D31", Hex(lease.ToBytes()));
        Assert.Equal(lease, LeaseEntry.Read(lease.ToBytes()));
        Assert.Equal("0100000000000000000000000000000000FFFFFFFF", Hex(LeaseEntry.New.ToBytes()));
        var group = new GroupEntry(
            new GroupOptions { Start = ShardPosition.AtTime(new Timestamp(9)) }, new Timestamp(7));
        Assert.Equal("0110270000070000000000000004" + "0900000000000000", Hex(group.ToBytes()));
        Assert.Equal(group, GroupEntry.Read(group.ToBytes()));
        Assert.Throws<InvalidDataException>(() => LeaseEntry.Read([2, .. new byte[20]]));
        Assert.Throws<InvalidDataException>(() => GroupEntry.Read([2, .. new byte[21]]));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
}
