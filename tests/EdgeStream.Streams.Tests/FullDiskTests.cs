using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>
/// A disk without room: what is refused, what goes on from the reserve, and how everything comes back.
/// </summary>
public sealed class FullDiskTests
{
    private const int Chunk = DiskReserve.ChunkSizeBytes;
    private const int StateSegment = 4 << 20;

    private static readonly StorageLimits TwoChunks = new() { BudgetBytes = 1L << 40, ReserveBytes = 2 * Chunk };

    [Fact]
    public async Task The_state_and_high_priority_streams_go_on_from_the_reserve_which_is_filled_again()
    {
        await using var stage = await FullStageAsync();
        Assert.True(stage.Find("raw").IsDiskFull);

        await stage.FillAsync(stage.Find("alerts"), 3);
        await FillStateAsync(stage, 2 * StateSegment);

        Assert.Null(stage.Store.State.Log.Failure);
        Assert.False(stage.Store.State.Log.IsDiskFull);
        Assert.True(stage.Find("raw").IsDiskFull);
        Assert.True(stage.Store.Storage.ReserveHeldBytes < 2 * Chunk);

        // What was given back for them is not for others, who try again every second.
        Tick(stage, 3);
        Assert.True(SpinWait.SpinUntil(() => stage.Find("raw").IsDiskFull, TimeSpan.FromSeconds(30)));
        Assert.Equal(BudgetStage.SegmentBytes, BudgetStage.SegmentBytesOf(stage.Find("raw")));

        stage.Disk.CapacityBytes = long.MaxValue;
        stage.Store.Tick();
        await Poll.UntilAsync(() => Task.FromResult(!stage.Find("raw").IsDiskFull));
        await BudgetStage.AppendAsync(stage.Find("raw"));
        Tick(stage, 2);
        Assert.Equal(2 * Chunk, stage.Store.Storage.ReserveHeldBytes);
    }

    [Fact]
    public async Task A_reserve_is_kept_over_a_restart_and_given_up_when_it_is_no_longer_wanted()
    {
        await using var stage = new BudgetStage(TwoChunks);
        Tick(stage, 3);
        await stage.ReopenAsync(TwoChunks);
        Assert.Equal(2 * Chunk, stage.Store.Storage.ReserveHeldBytes);
        stage.Store.Limits = StorageLimits.None;
        Tick(stage, 2);
        Assert.Equal(0, stage.Store.Storage.ReserveHeldBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData((2 * Chunk) + (1 << 20))]
    public async Task A_reserve_of_any_size_becomes_complete_and_is_exactly_that_large(long reserveBytes)
    {
        await using var stage = new BudgetStage(TwoChunks with { ReserveBytes = reserveBytes });
        Tick(stage, 4);
        Assert.Equal(reserveBytes, stage.Store.Storage.ReserveHeldBytes);
        await stage.ReopenAsync(TwoChunks with { ReserveBytes = reserveBytes });
        Assert.Equal(reserveBytes, stage.Store.Storage.ReserveHeldBytes);

        stage.Store.Limits = TwoChunks with { ReserveBytes = Chunk + 5 };
        Tick(stage, 4);
        Assert.Equal(Chunk + 5, stage.Store.Storage.ReserveHeldBytes);
    }

    [Fact]
    public async Task A_file_of_the_reserve_that_is_short_counts_as_what_it_holds_and_the_rest_is_made()
    {
        await using var stage = new BudgetStage(TwoChunks);
        var path = Path.Combine(stage.Folder, "reserve", "0007.reserve");
        stage.Disk.Create(path, 1 << 20).Dispose();
        await stage.ReopenAsync(TwoChunks);
        Assert.Equal(1 << 20, stage.Store.Storage.ReserveHeldBytes);
        Tick(stage, 3);
        Assert.Equal(2 * Chunk, stage.Store.Storage.ReserveHeldBytes);
    }

    [Fact]
    public async Task The_reserve_does_not_take_the_last_room_itself()
    {
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = StateSegment + (3 * Chunk) };
        await using var stage = new BudgetStage(TwoChunks, disk);
        Tick(stage, 3);
        Assert.Equal(0, stage.Store.Storage.ReserveHeldBytes);
    }

    [Fact]
    public async Task On_a_full_disk_a_stream_that_drops_its_oldest_goes_on_and_counts_why()
    {
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = StateSegment + (6 * BudgetStage.SegmentBytes) };
        await using var stage = new BudgetStage(StorageLimits.None, disk);
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest);
        for (var i = 0; i < 12; i++)
        {
            await stage.AppendSegmentAsync(stream);
        }

        Assert.True(stream.Evictions.DiskFull > 0);
        Assert.Equal(stream.Statistics.EvictedRecords, stream.Evictions.DiskFull);
        BudgetStage.AssertAccounts(stream);
    }

    [Fact]
    public async Task Wherever_the_disk_runs_full_nothing_fails_and_nothing_acknowledged_is_lost()
    {
        for (var operations = 0; ; operations++)
        {
            await using var stage = new BudgetStage(StorageLimits.None);
            var stream = await stage.AddAsync("raw");
            stage.Disk.OperationsUntilFull = operations;
            var acknowledged = await WorkAsync(stage, stream);
            var isOver = stage.Disk.OperationsUntilFull > 0;
            Assert.Null(stream.Failure);
            Assert.Null(stage.Store.State.Log.Failure);
            Assert.Equal(acknowledged, stream.Statistics.StoredRecords);

            stage.Disk.OperationsUntilFull = int.MaxValue;
            stage.Store.Tick();
            await Poll.UntilAsync(() => Task.FromResult(!stream.IsDiskFull && !stage.Store.State.Log.IsDiskFull));
            await BudgetStage.AppendAsync(stream);
            await FillStateAsync(stage, 1);
            stage.Disk.OperationsUntilFull = 0;
            await stage.ReopenAsync(StorageLimits.None);
            Assert.Equal(acknowledged + 1, stage.Find("raw").Statistics.StoredRecords);
            Assert.True(stage.Store.State.TryGet("test/0", out _));
            if (isOver)
            {
                return;
            }
        }
    }

    /// <summary>Rolls of the stream and of the state, ticks; what is refused is tried no more.</summary>
    private static async Task<long> WorkAsync(BudgetStage stage, DataStream stream)
    {
        long acknowledged = 0;
        try
        {
            for (var i = 0; i < 64; i++)
            {
                await BudgetStage.AppendAsync(stream);
                acknowledged++;
                stage.Store.Tick();
            }
        }
        catch (StreamException refusal)
        {
            Assert.Equal(AppendStatus.DiskFull, refusal.Status);
        }

        try
        {
            await FillStateAsync(stage, StateSegment + 1);
        }
        catch (IOException)
        {
            // The state says that it could not be saved, and its log must not have failed.
        }

        return acknowledged;
    }

    private static async Task FillStateAsync(BudgetStage stage, int sizeBytes)
    {
        for (var written = 0; written < sizeBytes; written += 1 << 20)
        {
            await stage.Store.State.CommitAsync(
                new StateBatch().Put("test/0", new byte[Math.Min(sizeBytes, 1 << 20)]));
        }
    }

    /// <summary>The reserve is held, and then the disk is full to the last byte.</summary>
    private static async Task<BudgetStage> FullStageAsync()
    {
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = 40 << 20 };
        var stage = new BudgetStage(TwoChunks, disk);
        var raw = await stage.AddAsync("raw");
        await stage.AddAsync("alerts", WhenFull.DropOldest, StreamPriority.High);
        Tick(stage, 3);
        Assert.Equal(2 * Chunk, stage.Store.Storage.ReserveHeldBytes);
        disk.CapacityBytes -= disk.RoomOf("/").FreeBytes;
        await BudgetStage.FillUntilRefusedAsync(raw);
        return stage;
    }

    private static void Tick(BudgetStage stage, int times)
    {
        for (var i = 0; i < times; i++)
        {
            stage.Store.Tick();
        }
    }
}
