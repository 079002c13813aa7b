using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>The gateway's own state: atomic batches, snapshots, and power cuts.</summary>
public sealed class StateStoreTests
{
    [Fact]
    public async Task What_was_committed_is_there_after_opening_again()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var first = Open(disk))
        {
            await StateStore.Load(first.Log).CommitAsync(new StateBatch().Put("a", "1"u8).Put("b", "2"u8));
            await StateStore.Load(first.Log).CommitAsync(new StateBatch().Delete("a").Put("b/c", "3"u8));
        }

        using var second = Open(disk);
        var state = StateStore.Load(second.Log);
        Assert.False(state.TryGet("a", out _));
        Assert.Equal(["b", "b/c"], state.List("").Select(entry => entry.Key));
        Assert.Equal(["b/c"], state.List("b/").Select(entry => entry.Key));
        Assert.True(state.TryGet("b", out var value));
        Assert.Equal("2", Encoding.UTF8.GetString(value.Span));
    }

    [Fact]
    public async Task A_state_that_is_written_over_and_over_stays_small_on_disk()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = Open(disk);
        var state = StateStore.Load(log.Log);
        var value = new byte[200_000];
        for (var i = 0; i < 150; i++)
        {
            value[0] = (byte)i;
            await state.CommitAsync(new StateBatch().Put($"key {i % 10}", value));
        }

        Assert.True(log.Log.SizeBytes <= 10 * (4 << 20), $"{log.Log.SizeBytes} bytes for 2 MB of state, 30 MB written");
        log.Close();
        using var again = Open(disk);
        var loaded = StateStore.Load(again.Log);
        Assert.Equal(10, loaded.List("key ").Count);
        Assert.True(loaded.TryGet("key 9", out var last));
        Assert.Equal(149, last.Span[0]);

        // What a snapshot has replaced is gone on purpose.
        Assert.Equal(0, loaded.SkippedRecords);
    }

    [Fact]
    public async Task On_a_full_disk_the_older_snapshot_is_given_up_and_the_state_goes_on()
    {
        const int CommitCount = 60;
        var disk = new SimulatedDisk(new Random(1)) { CapacityBytes = (4 * (4 << 20)) + (64 << 10) };
        using var log = Open(disk);
        var state = StateStore.Load(log.Log);
        var value = new byte[1 << 20];
        for (var i = 0; i < CommitCount; i++)
        {
            value[0] = (byte)i;
            await state.CommitAsync(new StateBatch().Put("key", value));
        }

        log.Close();
        using var again = Open(disk);
        var loaded = StateStore.Load(again.Log);
        Assert.True(loaded.TryGet("key", out var last));
        Assert.Equal((CommitCount - 1, 0L), ((int)last.Span[0], loaded.SkippedRecords));
    }

    [Fact]
    public void A_batch_survives_a_power_cut_whole_or_not_at_all()
    {
        foreach (var seed in TestSeed.Take(30))
        {
            TestSeed.Run(seed, CutBetweenBatches);
        }
    }

    private static void CutBetweenBatches(Random random)
    {
        var disk = new SimulatedDisk(random);
        var newestCommitted = 0;
        for (var round = 0; round < 8; round++)
        {
            using var log = Open(disk);
            var state = StateStore.Load(log.Log);
            var numbers = state.List("")
                .Select(entry => int.Parse(entry.Value.Span, CultureInfo.InvariantCulture))
                .ToList();
            Assert.True(numbers.Distinct().Count() <= 1, "a batch was torn: " + string.Join(",", numbers));
            var found = numbers.FirstOrDefault();
            Assert.True(found >= newestCommitted, $"batch {newestCommitted} was committed, found is {found}");
            newestCommitted = found;
            for (var i = random.Next(1, 20); i > 0; i--)
            {
                state.CommitAsync(Batch(++newestCommitted)).AsTask().GetAwaiter().GetResult();
            }

            _ = state.CommitAsync(Batch(newestCommitted + 1)).AsTask();
            disk.TurnOff();
            disk.CutPower();
        }
    }

    private static StateBatch Batch(int number)
    {
        var batch = new StateBatch();
        for (var key = 0; key < 20; key++)
        {
            batch.Put($"key {key}", Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture).PadLeft(90)));
        }

        return batch;
    }

    private static OpenLog Open(SimulatedDisk disk) => new(disk, StateStore.LogOptions(OpenLog.Folder));
}
