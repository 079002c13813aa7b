using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What a damaged byte costs the gateway's state: at most the change that it hits.</summary>
public sealed class StateDamageTests
{
    private const int KeyCount = 50;
    private const int DeletedKeyCount = 5;
    private static readonly byte[] Load = new byte[200_000];

    [Fact]
    public async Task A_damaged_snapshot_costs_nothing_whichever_of_the_two_it_is()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = Open(disk))
        {
            await FillAsync(StateStore.Load(log.Log), log.Log, snapshots: 3);
            log.Close();
        }

        var places = PlacesOf(disk, "name 17=value 17");
        Assert.True(places.Count >= 2, $"{places.Count} generations");
        foreach (var place in places)
        {
            disk.BytesOf(place.Path)[place.Offset] ^= 4;
            using (var log = Open(disk))
            {
                AssertWhole(StateStore.Load(log.Log));
            }

            disk.BytesOf(place.Path)[place.Offset] ^= 4;
        }
    }

    [Fact]
    public async Task Of_snapshots_that_are_all_damaged_what_can_be_read_is_taken()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = Open(disk))
        {
            var state = StateStore.Load(log.Log);
            for (var part = 0; part < 8; part++)
            {
                // Each as large as a part of a snapshot, so that there are several.
                await state.CommitAsync(new StateBatch().Put($"large {part}", Marked($"large {part}!")));
            }

            await FillAsync(state, log.Log, snapshots: 3);
            log.Close();
        }

        foreach (var (path, offset) in PlacesOf(disk, "large 3!"))
        {
            disk.BytesOf(path)[offset] ^= 4;
        }

        using var again = Open(disk);
        var loaded = StateStore.Load(again.Log);
        Assert.True(loaded.SkippedRecords > 0);
        Assert.False(loaded.TryGet("large 3", out _));
        Assert.True(loaded.List("name ").Count + loaded.List("large ").Count >= KeyCount - DeletedKeyCount + 4);
        foreach (var (key, value) in loaded.List("name "))
        {
            Assert.Equal(ValueOf(key), Encoding.UTF8.GetString(value.Span));
        }
    }

    [Fact]
    public async Task A_state_of_which_the_beginning_is_gone_says_so_until_a_snapshot_of_what_is_left_is_made()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = Open(disk))
        {
            var state = StateStore.Load(log.Log);
            await FillAsync(state, log.Log, snapshots: 3);
            var withSnapshot = log.Log.Segments[^1];
            while (log.Log.Segments[^1] == withSnapshot)
            {
                await state.CommitAsync(new StateBatch().Put("load", Load));
            }

            foreach (var segment in log.Log.Segments[..^1])
            {
                disk.BytesOf(segment.Path).Clear();
            }

            log.Close();
        }

        using (var log = Open(disk))
        {
            var state = StateStore.Load(log.Log);
            Assert.True(state.SkippedRecords > 0);
            await state.CommitAsync(new StateBatch().Put("later", "2"u8));
            log.Close();
        }

        using var again = Open(disk);
        Assert.Equal(0, StateStore.Load(again.Log).SkippedRecords);
    }

    [Fact]
    public async Task A_damaged_change_costs_itself_and_the_next_one_makes_a_snapshot_of_what_is_left()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = Open(disk))
        {
            var state = StateStore.Load(log.Log);
            await FillAsync(state, log.Log, snapshots: 2);
            await state.CommitAsync(new StateBatch().Put("hit", "the change that is hit"u8));
            await state.CommitAsync(new StateBatch().Put("behind", "1"u8));
            log.Close();
        }

        var (path, offset) = Assert.Single(PlacesOf(disk, "the change that is hit"));
        disk.BytesOf(path)[offset] ^= 4;
        using (var log = Open(disk))
        {
            var state = StateStore.Load(log.Log);
            Assert.Equal(1, state.SkippedRecords);
            Assert.False(state.TryGet("hit", out _));
            Assert.True(state.TryGet("behind", out _));
            AssertWhole(state);
            await state.CommitAsync(new StateBatch().Put("later", "2"u8));
            log.Close();
        }

        using var again = Open(disk);
        var healed = StateStore.Load(again.Log);
        Assert.Equal(0, healed.SkippedRecords);
        Assert.True(healed.TryGet("behind", out _));
        Assert.True(healed.TryGet("later", out _));
        AssertWhole(healed);
    }

    /// <summary>
    /// Puts keys and deletes some, then writes one more key over and over until so many snapshots were made.
    /// </summary>
    private static async Task FillAsync(StateStore state, ShardLog log, int snapshots)
    {
        for (var i = 0; i < KeyCount; i++)
        {
            await state.CommitAsync(new StateBatch().Put($"name {i}", Encoding.UTF8.GetBytes(ValueOf($"name {i}"))));
        }

        for (var i = 0; i < DeletedKeyCount; i++)
        {
            await state.CommitAsync(new StateBatch().Delete($"name {i}"));
        }

        // Each takes the records before the one before it; the first one has none before it.
        var evictions = 0;
        var oldest = log.OldestSequence;
        while (evictions < snapshots - 1)
        {
            await state.CommitAsync(new StateBatch().Put("load", Load));
            evictions += log.OldestSequence > oldest ? 1 : 0;
            oldest = log.OldestSequence;
        }
    }

    private static void AssertWhole(StateStore state)
    {
        var names = state.List("name ");
        Assert.Equal(KeyCount - DeletedKeyCount, names.Count);
        Assert.All(names, entry => Assert.Equal(ValueOf(entry.Key), Encoding.UTF8.GetString(entry.Value.Span)));
    }

    /// <summary>Where a text stands in the segments of the log, the changes before the snapshots left out.</summary>
    private static List<(string Path, int Offset)> PlacesOf(SimulatedDisk disk, string text)
    {
        var found = new List<(string, int)>();
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var name in disk.List(OpenLog.Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal)))
        {
            var path = $"{OpenLog.Folder}/{name}";
            ReadOnlySpan<byte> content = disk.BytesOf(path);
            for (var at = 0; content[at..].IndexOf(bytes) is var next and >= 0; at += next + 1)
            {
                found.Add((path, at + next));
            }
        }

        return found;
    }

    private static string ValueOf(string key) => $"{key}=value {key[5..]}";

    private static byte[] Marked(string text)
    {
        var value = new byte[Load.Length];
        Encoding.UTF8.GetBytes(text, value);
        return value;
    }

    private static OpenLog Open(SimulatedDisk disk) => new(disk, StateStore.LogOptions(OpenLog.Folder));
}
