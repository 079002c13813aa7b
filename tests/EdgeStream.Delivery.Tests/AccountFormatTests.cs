using EdgeStream.Storage;

namespace EdgeStream.Delivery.Tests;

/// <summary>The bytes of version 2 of the ledger, of hours and of gaps: they are read for ever.</summary>
public class AccountFormatTests
{
    private const string LedgerHex =
        "020001000100000001000000000000000100000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000110000000000000014000000000000000400000000000000736F010000000000"
        + "000002000000000000000300000000000000040000000000000005000000000000000600000000000000" + "0000000000000000"
        + "010000000200"
        + "00000100000000000000110000000000000012000000000000000304003078393503004E6F2E1200000000000000FFFF"
        + "FFFF00000000020000000000000008070605040302011300000000000000070000000000000001000000000000000900"
        + "000000000000";
    private const string HourHex =
        "010000000000000003020100000000000400000000000000050000000000000006000000000000000700000000000000"
        + "0800000000000000";
    private const string GapsHex =
        "010002000000000000000000000000000100000000000000020000000000000003040000000000000900000000000000"
        + "0300000000000000050000000000000004000000000000000A00000000000000";

    private static readonly RejectionCause Cause = RejectionCause.Of(RejectionReason.TooLarge, "0x95", "No.");

    private static readonly LedgerEntry Entry = new()
    {
        Stream = "s",
        Base = new SequenceNumber(1),
        RejectedRecords = new RejectionCounts(1, 2, 3, 4, 5),
        RetriedRecords = 6,
        Pending = new PendingExtent(new(17), new(20), 4, CompressionKind.None, "o")
        {
            Accepted = [new SequenceRun(17, 18)],
            Rejections =
            [
                new Rejection(18, null, Cause, 2, new Timestamp(0x0102030405060708)),
                new Rejection(19, 7, Cause, 1, new Timestamp(9)),
            ],
        },
    };

    [Fact]
    public void The_ledger_with_rejections_is_these_bytes_and_they_are_read()
    {
        Assert.Equal(LedgerHex, Convert.ToHexString(LedgerFormat.Write(Entry)));
        var read = LedgerFormat.Read(Convert.FromHexString(LedgerHex));
        Assert.Equal(Entry.Pending!.Accepted, read.Pending!.Accepted);
        Assert.Equal(Entry.Pending.Rejections, read.Pending.Rejections);
        Assert.Equal((Entry.RejectedRecords, 6L, new SequenceNumber(16)), (
            read.RejectedRecords, read.RetriedRecords, read.Checkpoint));
    }

    [Fact]
    public void A_ledger_with_rejections_that_is_cut_anywhere_is_refused()
    {
        var bytes = LedgerFormat.Write(Entry);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => LedgerFormat.Read(bytes.AsSpan(0, length)));
        }

        Assert.Throws<InvalidDataException>(() => LedgerFormat.Read([.. bytes, 0]));
    }

    [Fact]
    public void An_hour_is_these_bytes_and_they_are_read()
    {
        var row = new HourRow(0x010203, 4) { Delivered = 5, Rejected = 6, Evicted = 7, Filtered = 8 };
        Assert.Equal(HourHex, Convert.ToHexString(row.Write()));
        var read = HourRow.Read(Convert.FromHexString(HourHex));
        Assert.Equal((0x010203L, 4L, 5L, 6L, 7L, 8L), (
            read.Hour, read.First, read.Delivered, read.Rejected, read.Evicted, read.Filtered));
        Assert.Equal(("0000066051", "earlier"), (row.Name, new HourRow(HourRow.Earlier, 1).Name));
        Assert.Throws<InvalidDataException>(() => HourRow.Read(row.Write().AsSpan(1)));
    }

    [Fact]
    public void Gaps_are_these_bytes_and_they_are_read()
    {
        var list = new GapList();
        list.Add(new Gap(1, 2, GapWhy.Rejected, RejectionReason.InvalidData, new Timestamp(9)));
        list.Add(new Gap(3, 4, GapWhy.LostToCut, default, new Timestamp(10)));
        list.Add(new Gap(5, 5, GapWhy.LostToCut, default, new Timestamp(11)));
        Assert.Equal(GapsHex, Convert.ToHexString(list.Write()));
        Assert.Equal(list.Gaps, GapList.Read(Convert.FromHexString(GapsHex)).Gaps);
        Assert.Throws<InvalidDataException>(() => GapList.Read(list.Write().AsSpan(1)));
    }

    [Fact]
    public void A_full_list_of_gaps_takes_no_other_but_goes_on()
    {
        var list = new GapList();
        for (var i = 0; i < GapList.GapsMax; i++)
        {
            list.Add(new Gap(10 * i, (10 * i) + 1, GapWhy.Evicted, default, default));
        }

        var next = new Gap((10 * GapList.GapsMax) - 8, 9000, GapWhy.Evicted, default, default);
        Assert.False(list.IsFullFor(next));
        list.Add(next);
        Assert.Equal(9000, list.Gaps[^1].Last);
        Assert.True(list.IsFullFor(next));
        Assert.Throws<InvalidOperationException>(() => list.Add(next));
        Assert.Equal(6, GapList.Read(new GapList(list.Gaps, 6).Write()).ForgottenRecords);
    }

    [Fact]
    public void Numbers_and_words_that_reach_disk_and_metrics_are_frozen()
    {
        Assert.Equal([0, 1, 2, 3, 4], Enum.GetValues<RejectionReason>().Select(reason => (int)reason));
        Assert.Equal(
            ["refused", "invalid-name", "not-authorized", "too-large", "invalid-data"],
            Enum.GetValues<RejectionReason>().Select(RejectionWords.Of));
        Assert.Equal(
            [GapWhy.Evicted, GapWhy.Damaged, GapWhy.PassedOver, GapWhy.Rejected, GapWhy.LostToCut],
            Enumerable.Range(0, 5).Select(number => (GapWhy)number));
    }
}
