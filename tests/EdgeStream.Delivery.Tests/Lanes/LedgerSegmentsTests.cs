using EdgeStream.Storage;

namespace EdgeStream.Delivery.Tests;

/// <summary>What a parted shard has on disk, and how its segments are parted and folded.</summary>
public class LedgerSegmentsTests
{
    private const string Key = "deliveries/backup/shardId-000000000000";

    private static readonly LedgerEntry First = Entry(5, 10) with
    {
        Pending = new PendingExtent(new(16), new(18), 3, CompressionKind.Gzip, "b.gz") { IsHistorical = true },
    };

    [Fact]
    public async Task Keys_and_bytes_are_these()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        var batch = new StateBatch();
        LedgerSegments.AddChanges(batch, Key, [], [First, Entry(20, 0), Entry(12345, 7)]);
        await stage.Store.State.CommitAsync(batch);
        var state = stage.Store.State.List("deliveries/");
        Assert.Equal(
            [Key, Key + "/segments/00000000000000000020", Key + "/segments/00000000000000012345"],
            state.Select(item => item.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            "010005010100000004000000000000000500000000000000" + "0A00000000000000" + new string('0', 64)
            + "10000000000000001200000000000000030000000000000073622E677A",
            Convert.ToHexString(state.Single(item => item.Key == Key).Value.Span));
        var read = LedgerSegments.Read(stage.Store.State.List(Key + "/"), Key, First, out var strays);
        Assert.Equal([5L, 20L, 12345L], read.Select(entry => entry.Base.Value));
        Assert.Empty(strays);
        Assert.True(LedgerFormat.Read(state.Single(item => item.Key == Key).Value.Span).Pending!.IsHistorical);
    }

    [Fact]
    public async Task Segments_that_the_first_has_gone_beyond_are_strays()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        var batch = new StateBatch();
        LedgerSegments.AddChanges(batch, Key, [], [First, Entry(20, 3), Entry(40, 7)]);
        await stage.Store.State.CommitAsync(batch);
        var further = Entry(5, 30);
        var read = LedgerSegments.Read(stage.Store.State.List(Key + "/"), Key, further, out var strays);
        Assert.Equal([further], read);
        Assert.Equal(2, strays.Count);
    }

    [Fact]
    public void A_segment_that_is_done_becomes_one_with_the_next_and_totals_add_up()
    {
        var last = Entry(40, 7) with { LastObject = "c", LastDeliveryAt = new Timestamp(9) };
        LedgerEntry[] segments = [Entry(0, 20), Entry(20, 20), Entry(40, 0), last with { Base = new(50) }];
        var folded = LedgerSegments.Fold(segments);
        Assert.Equal(2, folded.Length);
        Assert.Equal((0L, 40L, 40L), (
            folded[0].Base.Value, folded[0].DeliveredRecords, folded[0].Checkpoint.Value));
        var sum = LedgerSegments.Sum(folded);
        Assert.Equal((47L, "c", 57L), (
            sum.DeliveredRecords, sum.LastObject, LedgerSegments.CountedThrough(folded)));
        LedgerEntry[] open = [First, Entry(18, 2)];
        Assert.Same(open, LedgerSegments.Fold(open));
    }

    [Fact]
    public void A_last_segment_that_nothing_was_done_of_is_moved_instead_of_parted()
    {
        var parted = LedgerSegments.Part([Entry(0, 2)], new(10));
        Assert.Equal([0L, 10L], parted.Select(entry => entry.Base.Value));
        parted = LedgerSegments.Part(parted, new(30));
        Assert.Equal([0L, 30L], parted.Select(entry => entry.Base.Value));
        parted = LedgerSegments.Part([parted[0], Entry(30, 1)], new(60));
        Assert.Equal([0L, 30L, 60L], parted.Select(entry => entry.Base.Value));
        LedgerEntry[] full = [.. Enumerable.Range(0, LedgerSegments.CountMax).Select(i => Entry(i * 10, 1))];
        Assert.False(LedgerSegments.CanPart(full));
        Assert.True(LedgerSegments.CanPart([.. full[..^1], Entry(1000, 0)]));
    }

    [Fact]
    public void What_the_log_has_lost_is_cut_off()
    {
        LedgerEntry[] segments = [Entry(0, 2), Entry(20, 15), Entry(50, 1)];
        Assert.Same(segments, LedgerSegments.CutTo(segments, new(51)));
        var cut = LedgerSegments.CutTo(segments, new(30));
        Assert.Equal([0L, 20L], cut.Select(entry => entry.Base.Value));
        Assert.Equal(30, cut[1].Checkpoint.Value);
    }

    private static LedgerEntry Entry(long start, long delivered) =>
        new() { Stream = "s", Base = new SequenceNumber(start), DeliveredRecords = delivered };
}
