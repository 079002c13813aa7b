using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Who gives up what when all streams together reach their budget.</summary>
public sealed class DiskBudgetTests
{
    private const long Segment = BudgetStage.SegmentBytes;

    private static StorageLimits Budget(int segments, int reserveSegments = 0) =>
        new() { BudgetBytes = segments * Segment, ReserveBytes = reserveSegments * Segment };

    [Fact]
    public async Task A_stream_that_rejects_takes_no_more_when_the_budget_is_used_up_and_takes_it_again_when_raised()
    {
        await using var stage = new BudgetStage(Budget(3));
        var stream = await stage.AddAsync("raw");

        var refusal = await BudgetStage.FillUntilRefusedAsync(stream);

        Assert.Equal(AppendStatus.DiskFull, refusal.Status);
        Assert.Contains("budget", refusal.Message, StringComparison.Ordinal);
        Assert.True(stream.IsOverBudget);
        Assert.Equal(3 * Segment, SizeOf(stream));
        Assert.Equal(0, stream.Statistics.EvictedRecords);

        stage.Store.Limits = Budget(4);
        stage.Store.Tick();
        await UntilAsync(() => !stream.IsDiskFull);
        await BudgetStage.AppendAsync(stream);
        BudgetStage.AssertAccounts(stream);
    }

    [Fact]
    public async Task A_stream_that_drops_its_oldest_goes_on_within_the_budget_and_counts_why()
    {
        await using var stage = new BudgetStage(Budget(4));
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest);
        for (var i = 0; i < 10; i++)
        {
            await stage.AppendSegmentAsync(stream);
            Assert.InRange(stream.SizeBytes, 0, 4 * Segment);
        }

        Assert.True(stream.Evictions.Budget > 0);
        Assert.Equal(stream.Statistics.EvictedRecords, stream.Evictions.Budget);
        BudgetStage.AssertAccounts(stream);
    }

    [Fact]
    public async Task The_lowest_priority_gives_first_and_never_for_a_lower_one()
    {
        await using var stage = new BudgetStage(Budget(9));
        var low = await stage.AddAsync("low", WhenFull.DropOldest, StreamPriority.Low);
        var normal = await stage.AddAsync("normal", WhenFull.DropOldest);
        var high = await stage.AddAsync("high", WhenFull.DropOldest, StreamPriority.High);
        await stage.FillAsync(low, 3);
        await stage.FillAsync(normal, 3);
        await stage.FillAsync(high, 3);

        await stage.FillAsync(high, 5);
        Assert.Equal((Segment, 3 * Segment, 5 * Segment), (SizeOf(low), SizeOf(normal), SizeOf(high)));

        await stage.FillAsync(high, 6);
        Assert.Equal((Segment, 2 * Segment, 6 * Segment), (SizeOf(low), SizeOf(normal), SizeOf(high)));

        // The low stream has nothing of its own to give, and no other gives for it.
        await BudgetStage.FillUntilRefusedAsync(low);
        Assert.Equal((Segment, 2 * Segment, 6 * Segment), (SizeOf(low), SizeOf(normal), SizeOf(high)));
        Assert.Equal(0, high.Statistics.EvictedRecords);
    }

    [Fact]
    public async Task Within_a_priority_the_stream_gives_that_fills_its_own_limit_the_most()
    {
        await using var stage = new BudgetStage(Budget(9));
        var wide = await stage.AddAsync("wide", WhenFull.DropOldest, retentionBytes: 100 * Segment);
        var narrow = await stage.AddAsync("narrow", WhenFull.DropOldest, retentionBytes: 10 * Segment);
        await stage.FillAsync(wide, 5);
        await stage.FillAsync(narrow, 4);

        await stage.FillAsync(wide, 6);
        Assert.Equal((6 * Segment, 3 * Segment), (SizeOf(wide), SizeOf(narrow)));
        Assert.True(narrow.Evictions.Budget > 0);
        Assert.Equal(0, wide.Evictions.Budget);
    }

    [Fact]
    public async Task A_stream_that_rejects_is_given_room_by_those_that_drop()
    {
        await using var stage = new BudgetStage(Budget(4));
        var dropping = await stage.AddAsync("dropping", WhenFull.DropOldest);
        var rejecting = await stage.AddAsync("rejecting");
        await stage.FillAsync(dropping, 3);
        await stage.FillAsync(rejecting, 3);
        Assert.Equal(Segment, SizeOf(dropping));

        Assert.Contains(
            "budget", (await BudgetStage.FillUntilRefusedAsync(rejecting)).Message, StringComparison.Ordinal);
        Assert.Equal(0, rejecting.Statistics.EvictedRecords);
    }

    [Fact]
    public async Task Nothing_is_evicted_where_all_of_it_would_not_be_enough()
    {
        await using var stage = new BudgetStage(Budget(6));
        var small = await stage.AddAsync("small", WhenFull.DropOldest);
        await stage.FillAsync(small, 2);
        var large = await stage.Store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "large", SegmentSizeBytes = 4 * BudgetStage.SegmentBytes });

        await BudgetStage.FillUntilRefusedAsync(large);

        Assert.Equal(0, small.Statistics.EvictedRecords);
        Assert.Equal(2 * Segment, SizeOf(small));
    }

    [Fact]
    public async Task A_high_priority_stream_may_take_the_reserve_on_top_of_the_budget()
    {
        await using var stage = new BudgetStage(Budget(4, reserveSegments: 2));
        var raw = await stage.AddAsync("raw");
        var alerts = await stage.AddAsync("alerts", priority: StreamPriority.High);
        await BudgetStage.FillUntilRefusedAsync(raw);
        Assert.Equal(4 * Segment, SizeOf(raw) + SizeOf(alerts));

        await BudgetStage.FillUntilRefusedAsync(alerts);

        Assert.Equal(3 * Segment, SizeOf(alerts));
        Assert.Equal(6 * Segment, stage.Store.Storage.UsedBytes);
    }

    [Fact]
    public async Task A_budget_that_is_lowered_is_kept_at_the_next_tick()
    {
        await using var stage = new BudgetStage(Budget(10));
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest);
        await stage.FillAsync(stream, 8);
        stage.Store.Limits = Budget(3);

        stage.Store.Tick();

        // A file that is being made ahead of need counts, and cannot be released yet.
        Assert.InRange(stream.SizeBytes, 2 * Segment, 3 * Segment);
        BudgetStage.AssertAccounts(stream);
    }

    [Fact]
    public async Task Without_a_set_budget_a_tenth_of_the_room_stays_free()
    {
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = 16 << 20 };
        await using var stage = new BudgetStage(new StorageLimits(), disk);
        var stream = await stage.AddAsync("raw");

        await BudgetStage.FillUntilRefusedAsync(stream);

        Assert.True(stream.IsOverBudget);
        Assert.InRange(disk.RoomOf("/").FreeBytes, disk.CapacityBytes / 20, disk.CapacityBytes / 7);
    }

    [Fact]
    public async Task The_reasons_of_evictions_survive_a_restart_and_add_up()
    {
        await using var stage = new BudgetStage(Budget(4));
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest);
        await stage.FillAsync(stream, 4);
        await stage.AppendSegmentAsync(stream);
        await stage.Store.CreateOrUpdateAsync(stream.Definition with { RetentionBytes = 1 });
        stage.Store.Tick();
        var before = stream.Evictions;
        Assert.True(before.Budget > 0);
        Assert.True(before.Bytes > 0);

        await stage.ReopenAsync(Budget(4));

        Assert.Equal(before, stage.Find("raw").Evictions);
        BudgetStage.AssertAccounts(stage.Find("raw"));
    }

    [Fact]
    public async Task The_kept_form_of_eviction_counts_is_frozen()
    {
        await using var stage = new BudgetStage(Budget(100));
        var stream = await stage.AddAsync("raw", retentionBytes: 1);
        await stage.FillAsync(stream, 3);
        stage.Store.Tick();
        var records = stream.Evictions.Bytes;
        Assert.True(records > 0);

        await stage.ReopenAsync(Budget(100));

        Assert.True(stage.Store.State.TryGet("evictions/raw/shardId-000000000000", out var value));
        Assert.Equal(
            $"0000000000000000{records:X2}0000000000000000000000000000000000000000000000",
            Convert.ToHexString(value.Span));
    }

    private static long SizeOf(DataStream stream) => BudgetStage.SegmentBytesOf(stream);

    private static async Task UntilAsync(Func<bool> condition) =>
        await Poll.UntilAsync(() => Task.FromResult(condition()));
}
