using EdgeStream.Storage;

namespace EdgeStream.Delivery.Tests;

public class LedgerFormatTests
{
    private static readonly LedgerEntry WithPending = new()
    {
        Stream = "readings",
        Base = new SequenceNumber(5),
        DeliveredRecords = 100,
        DeliveredBytes = 4096,
        DeliveredObjects = 2,
        EvictedRecords = 10,
        LastDeliveryAt = new Timestamp(0x0102030405060708),
        LastObject = "a.gz",
        Pending = new PendingExtent(new(118), new(120), 3, CompressionKind.Gzip, "b.gz"),
    };

    private const string WithPendingHex =
        "01000301080004000400000000000000050000000000000064000000000000000010000000000000"
        + "02000000000000000A000000000000000807060504030201760000000000000078000000000000000300000000000000"
        + "72656164696E6773612E677A622E677A";

    [Fact]
    public void Version_1_is_these_bytes() =>
        Assert.Equal(WithPendingHex, Convert.ToHexString(LedgerFormat.Write(WithPending)));

    [Fact]
    public void Bytes_of_version_1_are_read_for_ever() =>
        Assert.Equal(WithPending, LedgerFormat.Read(Convert.FromHexString(WithPendingHex)));

    [Fact]
    public void A_raw_batch_has_its_delimiter_in_the_bytes_that_were_zero()
    {
        var entry = WithPending with
        {
            Pending = WithPending.Pending! with { Format = RecordFormat.Raw, Delimiter = "\r\n" },
        };
        var hex = WithPendingHex.Remove(20, 12).Insert(20, "01020D0A0000");
        Assert.Equal(hex, Convert.ToHexString(LedgerFormat.Write(entry)));
        Assert.Equal(entry, LedgerFormat.Read(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Columns_of_the_pending_batch_make_version_2()
    {
        var entry = WithPending with
        {
            Pending = WithPending.Pending! with { Format = RecordFormat.Parquet, Layout = "\na\tdouble\t0\t$.a\n" },
        };
        var hex = "02" + WithPendingHex[2..20] + "03" + WithPendingHex[22..]
            + new string('0', 136) + "10000000" + "0A6109646F75626C65093009242E610A";
        Assert.Equal(hex, Convert.ToHexString(LedgerFormat.Write(entry)));
        var read = LedgerFormat.Read(Convert.FromHexString(hex)).Pending!;
        Assert.Equal(
            (RecordFormat.Parquet, entry.Pending.Layout, 3L), (read.Format, read.Layout, read.RecordCount));
    }

    [Fact]
    public void An_entry_without_delivery_and_batch_comes_back()
    {
        var entry = new LedgerEntry { Stream = "s", Base = SequenceNumber.None };
        Assert.Equal(entry, LedgerFormat.Read(LedgerFormat.Write(entry)));
    }

    [Theory]
    [InlineData(0, 2, "lacks 72 bytes of its extension")]
    [InlineData(0, 3, "version 3")]
    [InlineData(4, 255, "lacks")]
    [InlineData(4, 7, "too many")]
    [InlineData(31, 0x80, "offset 24")]
    [InlineData(80, 4, "contradicts")]
    [InlineData(64, 1, "contradicts")]
    [InlineData(3, 9, "contradicts")]
    [InlineData(10, 9, "contradicts")]
    [InlineData(11, 5, "delimiter of 5 bytes")]
    public void A_byte_that_makes_no_sense_is_refused(int offset, byte value, string message)
    {
        var bytes = Convert.FromHexString(WithPendingHex);
        bytes[offset] = value;
        Assert.Contains(
            message,
            Assert.Throws<InvalidDataException>(() => LedgerFormat.Read(bytes)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_cut_anywhere_is_refused()
    {
        var bytes = Convert.FromHexString(WithPendingHex);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => LedgerFormat.Read(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Keys_name_delivery_and_shard()
    {
        var definition = new DeliveryDefinition
        {
            Name = "backup", Stream = "s", Destination = new FolderDestinationOptions { Path = "/" },
        };
        Assert.Equal("deliveries/backup/shardId-000000000007", LedgerFormat.Key(definition, "shardId-000000000007"));
        definition = definition with { Origin = DeliveryOrigin.Api };
        Assert.Equal("firehose-deliveries/backup/x", LedgerFormat.Key(definition, "x"));
        Assert.Equal("firehose-backup", definition.ConsumerName);
    }

    [Fact]
    public void Numbers_that_reach_the_disk_are_frozen()
    {
        Assert.Equal(0, (int)CompressionKind.None);
        Assert.Equal(1, (int)CompressionKind.Gzip);
        Assert.Equal(2, (int)CompressionKind.Zip);
        Assert.Equal(3, (int)CompressionKind.Snappy);
        Assert.Equal(4, (int)CompressionKind.HadoopSnappy);
        Assert.Equal(5, (int)CompressionKind.Zstandard);
    }

    [Fact]
    public void Settling_counts_what_was_passed_but_not_delivered_as_evicted()
    {
        // The checkpoint is 115; 116 and 117 were skipped before the batch 118..120, of which 2 were delivered.
        var settled = WithPending.Settle(new SequenceNumber(120), 2, 0, default, 50, new Timestamp(9));
        Assert.Equal(new SequenceNumber(120), settled.Checkpoint);
        Assert.Equal((102, 13, 3, 4146), (
            settled.DeliveredRecords, settled.EvictedRecords, settled.DeliveredObjects, settled.DeliveredBytes));
        Assert.Equal(("b.gz", 9L), (settled.LastObject, settled.LastDeliveryAt!.Value.UnixMicroseconds));
        Assert.Null(settled.Pending);
    }

    [Fact]
    public void What_was_rejected_is_counted_beside_what_was_delivered()
    {
        var rejected = default(RejectionCounts).Plus(RejectionReason.TooLarge);
        var settled = WithPending.Settle(new SequenceNumber(119), 1, 0, rejected, 50, new Timestamp(9));
        Assert.Equal(new SequenceNumber(119), settled.Checkpoint);
        Assert.Equal((101, 12, 1), (
            settled.DeliveredRecords, settled.EvictedRecords, settled.RejectedRecords[RejectionReason.TooLarge]));
    }

    [Fact]
    public void What_was_filtered_is_counted_beside_what_was_delivered_and_comes_back()
    {
        var settled = WithPending.Settle(new SequenceNumber(120), 1, 2, default, 50, new Timestamp(9));
        Assert.Equal(new SequenceNumber(120), settled.Checkpoint);
        Assert.Equal((101, 2, 12), (settled.DeliveredRecords, settled.FilteredRecords, settled.EvictedRecords));
        Assert.Equal(settled, LedgerFormat.Read(LedgerFormat.Write(settled)));
    }
}
