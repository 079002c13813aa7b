namespace EdgeStream.Streams.Tests.Groups;

/// <summary>How leases spread over members that come, go and die.</summary>
public sealed class BalanceTests
{
    private static readonly TimeSpan Duration = new GroupOptions().LeaseDuration;

    [Fact]
    public async Task One_member_gets_all_and_a_second_one_half_when_the_first_gives_them_up()
    {
        await using var stage = await GroupStage.StartAsync(4);
        var group = await stage.GroupAsync();
        var first = await group.AcquireAsync("a");
        Assert.Equal(4, first.Count);
        Assert.Empty(await group.AcquireAsync("b"));
        var renewed = await group.RenewAsync("a", [.. first.Select(GroupStage.ClaimOf)]);
        var wanted = renewed.Where(lease => lease.HandoverTo == "b").ToList();
        Assert.Equal(2, wanted.Count);
        foreach (var lease in wanted)
        {
            Assert.True(await group.ReleaseAsync("a", GroupStage.ClaimOf(lease)));
        }

        // What was kept for the second one is not the first one's, however often it asks.
        Assert.Equal(2, (await group.AcquireAsync("a")).Count);
        Assert.Equal(GroupStage.Ids(wanted), GroupStage.Ids(await group.AcquireAsync("b")));
        Assert.All(await group.AcquireAsync("b"), lease => Assert.Equal(2, lease.Counter));
    }

    [Fact]
    public async Task A_lease_that_is_not_given_up_goes_over_when_it_runs_out_however_often_it_is_renewed()
    {
        await using var stage = await GroupStage.StartAsync(2);
        var group = await stage.GroupAsync();
        var held = (await group.AcquireAsync("a")).Select(GroupStage.ClaimOf).ToList();
        Assert.Empty(await group.AcquireAsync("b"));
        for (var i = 0; i < 3; i++)
        {
            stage.Time.Advance(Duration / 4);
            Assert.Equal(2, (await group.RenewAsync("a", held)).Count);
            Assert.Empty(await group.AcquireAsync("b"));
        }

        stage.Time.Advance(Duration / 4);
        var kept = Assert.Single(await group.RenewAsync("a", held));
        var taken = Assert.Single(await group.AcquireAsync("b"));
        Assert.NotEqual(kept.Shard, taken.Shard);
    }

    [Fact]
    public async Task The_leases_of_a_member_that_died_are_free_when_they_run_out_and_not_before()
    {
        await using var stage = await GroupStage.StartAsync(3);
        var group = await stage.GroupAsync();
        Assert.Equal(3, (await group.AcquireAsync("dead")).Count);
        stage.Time.Advance(Duration - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await group.AcquireAsync("alive"));
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, (await group.AcquireAsync("alive")).Count);
        Assert.Equal(["alive"], group.ListMembers());
    }

    [Fact]
    public async Task A_member_that_leaves_is_counted_no_more_and_its_leases_are_free_at_once()
    {
        await using var stage = await GroupStage.StartAsync(3);
        var group = await stage.GroupAsync();
        await group.AcquireAsync("a", 2);
        Assert.Single(await group.AcquireAsync("b"));
        await group.LeaveAsync("a");
        Assert.Equal(3, (await group.AcquireAsync("b")).Count);
        Assert.Equal(1, group.MemberCount);
    }

    [Fact]
    public async Task What_a_small_member_does_not_take_the_others_do()
    {
        await using var stage = await GroupStage.StartAsync(7);
        var group = await stage.GroupAsync();
        Assert.Single(await group.AcquireAsync("small", 1));
        Assert.Equal(6, (await group.AcquireAsync("large")).Count);
        Assert.Single(await group.AcquireAsync("small", 1));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(8, 3)]
    [InlineData(64, 10)]
    public async Task Every_member_ends_with_the_same_number_but_for_one(int shards, int members)
    {
        await using var stage = await GroupStage.StartAsync(shards);
        var group = await stage.GroupAsync();
        var counts = new int[members];
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < members; i++)
            {
                var name = $"m{i}";
                var held = await group.AcquireAsync(name);
                foreach (var lease in held.Where(lease => lease.HandoverTo is not null))
                {
                    await group.ReleaseAsync(name, GroupStage.ClaimOf(lease));
                }

                counts[i] = held.Count(lease => lease.HandoverTo is null);
            }
        }

        Assert.Equal(shards, counts.Sum());
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }

    [Fact]
    public async Task A_hundred_members_are_the_limit()
    {
        await using var stage = await GroupStage.StartAsync();
        var group = await stage.GroupAsync();
        for (var i = 0; i < ConsumerGroup.MembersMax; i++)
        {
            await group.AcquireAsync($"m{i}");
        }

        var refused = await Assert.ThrowsAsync<GroupException>(() => group.AcquireAsync("more").AsTask());
        Assert.Equal(GroupRefusal.TooManyMembers, refused.Refusal);
        await group.AcquireAsync("m0");
        stage.Time.Advance(Duration);
        await group.AcquireAsync("more");
    }
}
