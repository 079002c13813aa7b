using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A small state log, two snapshots and the batches behind them, cut at every byte and with every byte changed: it
/// loads, holds no wrong value, and lacks at most the batch that was hit or what stands behind the cut.
/// </summary>
public sealed class ExhaustiveStateDamageTests
{
    private const int SnapshotKeyCount = 6;
    private const int BatchCount = 6;

    [Theory]
    [InlineData(1)]
    [InlineData(0xFF)]
    public async Task A_changed_byte_costs_at_most_the_batch_that_it_is_in(int mask)
    {
        var written = await WriteAsync();
        for (var at = 0; at < written.Ends[^1]; at++)
        {
            var damaged = written.Content.ToArray();
            damaged[at] ^= (byte)mask;
            var found = Load(written.Path, damaged);
            var missing = Enumerable.Range(0, SnapshotKeyCount + BatchCount).Where(i => !found.Contains(i)).ToList();
            Assert.True(
                missing.Count == 0 || (missing.Count == 1 && missing[0] >= SnapshotKeyCount),
                $"byte {at} took {string.Join(", ", missing)}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_state_log_that_ends_at_any_byte_holds_what_stands_before_it(bool isShorter)
    {
        var written = await WriteAsync();
        for (var cut = 0; cut <= written.Ends[^1]; cut++)
        {
            var damaged = written.Content.ToArray();
            damaged.AsSpan(cut).Clear();
            var found = Load(written.Path, isShorter ? damaged[..cut] : damaged);

            // What is cut off may by chance be zeros.
            var whole = damaged.AsSpan().CommonPrefixLength(written.Content);
            whole = isShorter ? cut : whole;
            var batches = written.Ends.Count(end => end <= whole) - 1;
            for (var i = 0; i < BatchCount; i++)
            {
                var isThere = found.Contains(SnapshotKeyCount + i);
                Assert.True(isThere == i < batches, $"cut at {cut}: batch {i} is there or not, of {batches}");
            }

            Assert.True(batches < 0 || found.Count == SnapshotKeyCount + batches, $"cut at {cut}: {found.Count} keys");
        }
    }

    /// <summary>The state's one segment, and where its second snapshot and each batch behind that end.</summary>
    private static async Task<(string Path, byte[] Content, List<int> Ends)> WriteAsync()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, Options() with { Encryption = TestKeys.OnlyOld });
        var state = StateStore.Load(log.Log);
        for (var i = 0; i < SnapshotKeyCount; i++)
        {
            await state.CommitAsync(new StateBatch().Put(Name(i), Value(i)));
        }

        // A state that needs no key any more is written anew, twice, and nothing before that is kept.
        log.Log.Options = Options() with { Encryption = TestKeys.SwitchedOffOld };
        await state.RenewKeyAsync();
        var path = Assert.Single(log.Log.Segments).Path;
        var ends = new List<int> { log.Log.ActiveSegment.Segment.VisibleEnd };
        for (var i = SnapshotKeyCount; i < SnapshotKeyCount + BatchCount; i++)
        {
            await state.CommitAsync(new StateBatch().Put(Name(i), Value(i)));
            ends.Add(log.Log.ActiveSegment.Segment.VisibleEnd);
        }

        return (path, disk.BytesOf(path).ToArray(), ends);
    }

    /// <summary>Loads the state from a damaged segment; returns what it holds, none of which is wrong.</summary>
    private static HashSet<int> Load(string path, byte[] content)
    {
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace(path, content);
        using var log = OpenLog.Stepped(disk, Options());
        var found = new HashSet<int>();
        foreach (var (key, value) in StateStore.Load(log.Log).List(""))
        {
            var number = int.Parse(key.AsSpan("name ".Length), CultureInfo.InvariantCulture);
            Assert.Equal(Value(number), value.ToArray());
            found.Add(number);
        }

        return found;
    }

    private static ShardLogOptions Options() =>
        StateStore.LogOptions(OpenLog.Folder) with { SegmentSizeBytes = OpenLog.SegmentSizeBytes };

    private static string Name(int number) => $"name {number}";

    private static byte[] Value(int number) => Encoding.UTF8.GetBytes($"value {number}");
}
