using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>What is due once a second and fails costs what it is about, and no other its turn.</summary>
public sealed class FailingTurnTests
{
    private const long Chunk = DiskReserve.ChunkSizeBytes;

    private static readonly StorageLimits Reserve = new() { BudgetBytes = long.MaxValue, ReserveBytes = 2 * Chunk };

    [Fact]
    public async Task A_reserve_file_that_cannot_be_opened_costs_that_file_and_no_stream_its_retention()
    {
        UnopenableDisk? disk = null;
        await using var stage = new BudgetStage(Reserve, around: below => disk = new UnopenableDisk(below));
        var bad = Path.Combine(stage.Folder, "reserve", "0000.reserve");
        stage.Store.Tick();
        stage.Store.Tick();
        Assert.Equal(2 * Chunk, stage.Store.Storage.ReserveHeldBytes);
        disk!.Path = bad;
        await stage.ReopenAsync(Reserve);
        Assert.Equal(Chunk, stage.Store.Storage.ReserveHeldBytes);
        var stream = await OverfullAsync(stage, "raw");

        stage.Store.Tick();

        Assert.True(stream.Statistics.EvictedRecords > 0);
        disk.Path = null;
        stage.Store.Tick();
        stage.Store.Tick();
        Assert.Empty(stage.Store.FailedTurns);
        Assert.Equal(2 * Chunk, stage.Store.Storage.ReserveHeldBytes);
        Assert.Equal(2, stage.Disk.List(Path.GetDirectoryName(bad)!).Count);
    }

    [Fact]
    public async Task A_reserve_file_that_cannot_be_removed_keeps_no_stream_from_its_retention()
    {
        WatchedDisk? disk = null;
        await using var stage = new BudgetStage(Reserve, around: below => disk = new WatchedDisk(below));
        stage.Store.Tick();
        stage.Store.Tick();
        disk!.Before = static (operation, path) =>
            Refuse(operation == "Delete" && path.EndsWith(".reserve", StringComparison.Ordinal));
        stage.Store.Limits = StorageLimits.None;
        var stream = await OverfullAsync(stage, "raw");

        stage.Store.Tick();

        Assert.True(stream.Statistics.EvictedRecords > 0);
        Assert.Equal("disk reserve", Assert.Single(stage.Store.FailedTurns).Part);
        Assert.True(stage.Disk.UsedBytes > 2 * Chunk);

        disk.Before = static (_, _) => { };
        stage.Store.Tick();
        stage.Store.Tick();
        Assert.Empty(stage.Store.FailedTurns);
        Assert.Empty(stage.Disk.List(Path.Combine(stage.Folder, "reserve")));
    }

    [Fact]
    public async Task A_reserve_that_cannot_be_made_is_told_until_it_is_and_then_made()
    {
        WatchedDisk? disk = null;
        await using var stage = new BudgetStage(Reserve, around: below => disk = new WatchedDisk(below));
        disk!.Before = static (operation, path) =>
            Refuse(operation == "Create" && path.EndsWith(".reserve", StringComparison.Ordinal));
        var stream = await OverfullAsync(stage, "raw");
        stage.Store.Tick();
        stage.Store.Tick();
        Assert.True(stream.Statistics.EvictedRecords > 0);
        Assert.Equal(("disk reserve", 2), stage.Store.FailedTurns.Select(turn => (turn.Part, turn.Times)).Single());

        disk.Before = static (_, _) => { };
        stage.Store.Tick();
        stage.Store.Tick();
        Assert.Empty(stage.Store.FailedTurns);
        Assert.Equal(2 * Chunk, stage.Store.Storage.ReserveHeldBytes);
    }

    [Fact]
    public async Task A_stream_whose_turn_fails_keeps_no_other_from_its_own()
    {
        WatchedDisk? disk = null;
        await using var stage = new BudgetStage(StorageLimits.None, around: below => disk = new WatchedDisk(below));
        var first = await OverfullAsync(stage, "a");
        var second = await OverfullAsync(stage, "b");
        disk!.Before = static (operation, path) =>
        {
            if (operation is "Delete" or "Rename" && path.Contains("/streams/a/"))
            {
                throw new InvalidOperationException("No disk fails like this.");
            }
        };

        stage.Store.Tick();

        Assert.True(second.Statistics.EvictedRecords > 0);
        var failed = Assert.Single(stage.Store.FailedTurns);
        Assert.Equal(("retention of a", 1), (failed.Part, failed.Times));
        stage.Store.Tick();
        Assert.Equal(2, Assert.Single(stage.Store.FailedTurns).Times);

        disk.Before = static (_, _) => { };
        stage.Store.Tick();
        Assert.Empty(stage.Store.FailedTurns);
        BudgetStage.AssertAccounts(first);
    }

    private static void Refuse(bool isRefused)
    {
        if (isRefused)
        {
            throw new IOException("The device fails here.");
        }
    }

    /// <summary>A stream that retention has something to take of.</summary>
    private static async Task<DataStream> OverfullAsync(BudgetStage stage, string name)
    {
        var stream = await stage.AddAsync(name, retentionBytes: 1);
        await stage.FillAsync(stream, 4);
        return stream;
    }

    /// <summary>Another disk that cannot open one file.</summary>
    private sealed class UnopenableDisk(IDisk disk) : DiskAround(disk)
    {
        public string? Path { get; set; }

        public override IDiskFile Open(string path)
        {
            Refuse(path == Path);
            return base.Open(path);
        }
    }
}
