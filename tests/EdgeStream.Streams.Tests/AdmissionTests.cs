using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Room that one log was given is not given to another one too.</summary>
public sealed class AdmissionTests
{
    private const long Segment = BudgetStage.SegmentBytes;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Whoever_asks_while_another_log_takes_its_room_is_answered_when_it_has_it()
    {
        await using var stage = new BudgetStage(new StorageLimits { BudgetBytes = 1L << 40, ReserveBytes = 4 << 20 });
        var first = await stage.AddAsync("first");
        var second = await stage.AddAsync("second");

        // The reserve is not held yet; beside it there is room for one segment and a half.
        var disk = stage.Disk;
        disk.CapacityBytes = disk.UsedBytes + (4 << 20) + Segment + (Segment / 2);
        bool? isSecondAdmitted = null;
        Thread? asking = null;
        var isFirstAdmitted = first.Shards[0].Space.TryAdmit(Segment, () =>
        {
            asking = new Thread(() => isSecondAdmitted = second.Shards[0].Space.TryAdmit(Segment, () => { }));
            asking.Start();
            Assert.True(SpinWait.SpinUntil(() => (asking.ThreadState & ThreadState.WaitSleepJoin) != 0, Deadline));
            disk.Create("/taken", Segment).Dispose();
        });

        Assert.True(asking!.Join(Deadline));
        Assert.True(isFirstAdmitted);
        Assert.False(isSecondAdmitted);
    }

    [Fact]
    public async Task Streams_that_begin_segments_at_the_same_time_never_take_more_than_the_budget_together()
    {
        const int Streams = 4;
        for (var round = 0; round < 10; round++)
        {
            await using var stage = new BudgetStage(new StorageLimits
            {
                BudgetBytes = (Streams + 3) * Segment,
                ReserveBytes = 0,
            });
            var streams = new List<DataStream>();
            for (var i = 0; i < Streams; i++)
            {
                streams.Add(await stage.AddAsync($"s{i}"));
            }

            await Task.WhenAll(streams.Select(stream => Task.Run(() => BudgetStage.FillUntilRefusedAsync(stream))));

            Assert.Equal((Streams + 3) * Segment, stage.Store.Storage.UsedBytes);
        }
    }

    [Fact]
    public async Task What_is_made_ahead_of_need_counts_once_while_it_is_made()
    {
        using var isBeingMade = new ManualResetEventSlim();
        using var mayBeMade = new ManualResetEventSlim();
        await using var stage = new BudgetStage(
            new StorageLimits { BudgetBytes = 4 * Segment, ReserveBytes = 0 },
            around: disk => new WatchedDisk(disk) { Before = WaitWhenAhead });
        void WaitWhenAhead(string operation, string path)
        {
            if (operation == nameof(IDisk.Create) && Thread.CurrentThread.Name == "log upkeep")
            {
                isBeingMade.Set();
                Assert.True(mayBeMade.Wait(Deadline));
            }
        }

        var first = await stage.AddAsync("first");
        var second = await stage.AddAsync("second");
        for (var i = 0; i < 12; i++)
        {
            await BudgetStage.AppendAsync(first);
        }

        Assert.True(isBeingMade.Wait(Deadline));
        try
        {
            await stage.FillAsync(second, 2);
            Assert.Equal(4 * Segment, stage.Store.Storage.UsedBytes);
        }
        finally
        {
            mayBeMade.Set();
        }
    }

    [Fact]
    public async Task What_can_be_done_without_gets_only_room_that_budget_and_reserve_leave()
    {
        await using var stage = new BudgetStage(new StorageLimits { BudgetBytes = 4 * Segment, ReserveBytes = 0 });
        var stream = await stage.AddAsync("raw", WhenFull.DropOldest);
        await stage.FillAsync(stream, 3);
        var space = stream.Shards[0].Space;

        // What was made ahead of need while it was filled may still be on its way.
        await Poll.UntilAsync(() =>
        {
            stream.Shards[0].Log.ReleaseSpares();
            return space.TryAdmitAhead(Segment, () => { });
        });
        Assert.False(space.TryAdmitAhead(Segment + 1, () => throw new InvalidOperationException("It has no room.")));
        Assert.Equal(0, stream.Statistics.EvictedRecords);

        stage.Store.Limits = new StorageLimits { BudgetBytes = 1L << 40, ReserveBytes = 4 << 20 };
        await Poll.UntilAsync(() =>
        {
            stream.Shards[0].Log.ReleaseSpares();
            stage.Disk.CapacityBytes = stage.Disk.UsedBytes + (4 << 20) + Segment;
            return space.TryAdmitAhead(Segment, () => { });
        });
        Assert.False(space.TryAdmitAhead(Segment + 1, () => throw new InvalidOperationException("It has no room.")));
    }

    [Fact]
    public async Task An_error_while_the_room_is_taken_is_the_askers_own()
    {
        await using var stage = new BudgetStage(StorageLimits.None);
        var stream = await stage.AddAsync("raw");
        Assert.Throws<DiskFullException>(() => stream.Shards[0].Space.TryAdmit(
            Segment, () => throw new DiskFullException("full")));
    }
}
