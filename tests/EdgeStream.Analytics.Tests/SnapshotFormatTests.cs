namespace EdgeStream.Analytics.Tests;

/// <summary>Bytes that are on disks: a change here needs a new version and the old one still read.</summary>
public sealed class SnapshotFormatTests
{
    private const string Header = "01" + "0700000000000000" + "0100" + "04" + "732D3030" + "0900000000000000"
        + "0100" + "03" + "686F74" + "EFCDAB8967452301";

    [Fact]
    public void The_header_is_frozen()
    {
        var header = new SnapshotHeader(
            7, [KeyValuePair.Create("s-00", 9L)], [KeyValuePair.Create("hot", 0x0123456789ABCDEFUL)]);

        Assert.Equal(Header, Convert.ToHexString(header.ToBytes()));
        var read = SnapshotHeader.TryRead(Convert.FromHexString(Header));
        Assert.NotNull(read);
        Assert.Equal(header.InputSequence, read.InputSequence);
        Assert.Equal(header.AlertPositions, read.AlertPositions);
        Assert.Equal(header.Rules, read.Rules);
    }

    [Fact]
    public void A_header_of_another_version_or_a_cut_one_is_not_used()
    {
        var bytes = Convert.FromHexString(Header);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(SnapshotHeader.TryRead(bytes.AsMemory(0, length)));
        }

        bytes[0] = 2;
        Assert.Null(SnapshotHeader.TryRead(bytes));
    }

    [Fact]
    public void A_threshold_entry_is_frozen()
    {
        var bench = new RuleBench(RuleBench.Above(30, forSeconds: 60) with { Below = 0 });
        bench.Time.Now = DateTimeOffset.UnixEpoch;
        bench.Feed(31, 0, "ab");
        bench.Feed(-1, 1, "ab");
        bench.Feed(-2, 3, "ab");

        Assert.Equal(
            "01" + "0200" + "0300000000000000" // version, key length, last sequence
            + "02" + "0200000000000000" + "40420F0000000000" // pending below, first sequence, since 1 s
            + "80841E0000000000" + "0000000000000000" + "00000000000000C0" // held 2 s, not fired, value
            + "6162",
            SavedEntry(bench.Rule.State));
    }

    [Fact]
    public void A_clock_entry_is_frozen()
    {
        var bench = new RuleBench(RuleBench.Above(30, forSeconds: 60));
        bench.FeedData("{}", DateTimeOffset.UnixEpoch.AddSeconds(10), "ab");
        bench.FeedData("{}", DateTimeOffset.UnixEpoch.AddSeconds(12), "ab");

        Assert.Equal(
            "01" + "0200" + "0200000000000000"
            + "001BB70000000000" + "80841E0000000000" + "80841E0000000000" + "01" // last, reading, step, started
            + "6162",
            SavedEntry(bench.Rules.ClockState));
    }

    [Fact]
    public void An_anomaly_entry_is_frozen()
    {
        var bench = new RuleBench(RuleBench.Anomaly() with { WindowSamples = 8, MinimumSamples = 2 });
        bench.Time.Now = DateTimeOffset.UnixEpoch.AddTicks(50);
        bench.Feed(1, key: "ab");
        bench.Feed(2, key: "ab");
        bench.Feed(100, key: "ab");
        var entry = SavedEntry(bench.Rule.State);
        var panes = "010000000000000000000000000059400000000000000000"; // one value a pane: count, mean, squares

        Assert.Equal(
            "01" + "0200" + "0300000000000000"
            + "01" + "00000000" + "0300000000000000" + "0500000000000000", entry[..64]);
        Assert.Equal("0000000000005940", entry[64..80]);
        Assert.Equal("0000000000000000" + "02", entry[96..114]);
        Assert.Equal(panes, entry[(114 + (2 * 48))..(114 + (3 * 48))]);
        Assert.Equal(2 * (11 + 37 + 9 + (9 * 24) + 2), entry.Length);
    }

    [Fact]
    public void Restored_entries_are_saved_as_the_same_bytes()
    {
        var rules = new RuleDefinition[] { RuleBench.Above(30, forSeconds: 60), RuleBench.Anomaly() };
        var bench = new RuleBench(rules);
        for (var step = 0; step < 100; step++)
        {
            bench.Feed(step % 40, step, $"key-{step % 7}");
        }

        var tables = new[] { bench.Rules.ClockState, bench.Rules.Rules[0].State, bench.Rules.Rules[1].State };
        var saved = tables.Select(SavedEntries).ToArray();
        var restored = new RuleBench(rules);
        restored.Rules.ClockState.Restore(AsMemory(saved[0]));
        restored.Rules.Rules[0].State.Restore(AsMemory(saved[1]).Append(new byte[] { 9 }));
        restored.Rules.Rules[1].State.Restore(AsMemory(saved[2]));
        restored.Rules.Resume(0);
        for (var step = 100; step < 200; step++)
        {
            restored.FeedAt(step + 1);
            Assert.Equal(
                bench.Feed(step % 40, step, $"key-{step % 7}"), restored.Feed(step % 40, step, $"key-{step % 7}"));
        }

        Assert.Equal(SavedEntries(bench.Rules.ClockState), SavedEntries(restored.Rules.ClockState));
        Assert.Equal(SavedEntries(tables[2]), SavedEntries(restored.Rules.Rules[1].State));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> AsMemory(IEnumerable<string> entries) =>
        entries.Select(entry => new ReadOnlyMemory<byte>(Convert.FromHexString(entry)));

    private static string SavedEntry(IRuleState state) => Assert.Single(SavedEntries(state));

    private static List<string> SavedEntries(IRuleState state)
    {
        var entries = new List<string>();
        state.Save(_ => { }, (_, entry) => entries.Add(Convert.ToHexString(entry.Span)));
        entries.Sort(StringComparer.Ordinal);
        return entries;
    }
}
