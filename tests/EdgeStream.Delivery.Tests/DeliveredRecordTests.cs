using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

/// <summary>Records are read back from the lines that the delivery wrote.</summary>
public sealed class DeliveredRecordTests
{
    private readonly JsonLineEncoder _encoder = new("read\"ings", "shardId-000000000000", isHistorical: true);

    [Theory]
    [InlineData("plant/1")]
    [InlineData("")]
    [InlineData("a\"b\\c\u001f\u007f")]
    [InlineData("\u00e9\u20ac\U0001f600")]
    public void Every_member_is_as_it_was_written(string key)
    {
        var record = DeliveredRecord.Read(new ReadOnlySequence<byte>(LineOf(key, "{\"a\": [1, \"}\"]}")), 3);
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal((key, "read\"ings", "shardId-000000000000"), (record.Key, record.Stream, record.Shard));
            Assert.Equal(
                ("2023-11-14T22:13:20.000Z", "2023-11-14T22:13:21.000Z"), (record.EventTime, record.ArrivalTime));
        }

        Assert.Equal((77, 5, 3), (record.Sequence, record.SubSequence, record.LineNumber));
        Assert.True(record is { IsJson: true, IsHistorical: true });
        Assert.Equal("{\"a\": [1, \"}\"]}", Encoding.UTF8.GetString(record.Data.Span));
    }

    [Fact]
    public void Data_that_is_no_json_is_its_own_bytes()
    {
        var record = DeliveredRecord.Read(new ReadOnlySequence<byte>(LineOf("k", "no\njson")));
        Assert.False(record.IsJson);
        Assert.Equal("no\njson", Encoding.UTF8.GetString(record.Data.Span));
    }

    [Fact]
    public void A_record_that_is_kept_has_bytes_of_its_own_and_one_in_place_those_of_the_object()
    {
        var bytes = LineOf("k", "{\"a\":1}");
        var kept = DeliveredRecord.Read(new ReadOnlySequence<byte>(bytes));
        var inPlace = DeliveredRecord.ReadInPlace(new ReadOnlySequence<byte>(bytes), 0);
        bytes.AsSpan(bytes.AsSpan().IndexOf("{\"a\":1}"u8)).Replace((byte)'1', (byte)'2');
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(kept.Data.Span));
        Assert.Equal("{\"a\":2}", Encoding.UTF8.GetString(inPlace.Data.Span));
    }

    [Fact]
    public void A_record_that_is_cleared_and_read_into_again_has_nothing_of_what_it_was()
    {
        var first = DeliveredRecord.ReadInPlace(new ReadOnlySequence<byte>(LineOf("k", "{\"a\":1}")), 3);
        Assert.Equal("k", first.Key);
        first.Clear();
        Assert.Equal((0, "", 0, 0), (first.Line.Length, first.Key, first.Data.Length, first.LineNumber));
        var line = """{"sequence":9,"dataBase64":"YQ=="}"""u8.ToArray();
        var second = DeliveredRecord.ReadInPlace(new ReadOnlySequence<byte>(line), 4, first);
        Assert.Same(first, second);
        Assert.Equal((9, null, 4), (second.Sequence, second.SubSequence, second.LineNumber));
        Assert.Equal(("", "", ""), (second.Key, second.Stream, second.EventTime));
        Assert.True(second is { IsJson: false, IsHistorical: false });
        Assert.Equal("a", Encoding.UTF8.GetString(second.Data.Span));
    }

    [Fact]
    public void A_line_over_two_blocks_is_read_as_one()
    {
        var line = LineOf("key", "{\"a\":1}");
        for (var at = 1; at < line.Length; at++)
        {
            using var blocks = new BlockBuffer();
            blocks.Write(new byte[BlockBuffer.BlockBytes - at]);
            blocks.Write(line);
            var record = DeliveredRecord.ReadInPlace(blocks.Content().Slice(BlockBuffer.BlockBytes - at), 0);
            Assert.Equal(("key", 77), (record.Key, record.Sequence));
        }
    }

    [Theory]
    [InlineData("""{"key":1}""")]
    [InlineData("""{"key":"a""")]
    public void What_is_no_line_of_a_delivery_is_refused(string text) => Assert.ThrowsAny<JsonException>(
        () => DeliveredRecord.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text))));

    private byte[] LineOf(string key, string data) => _encoder.Encode(new StreamRecord
    {
        Sequence = new SequenceNumber(77), SubSequence = 5, PartitionKey = Encoding.UTF8.GetBytes(key),
        Data = Encoding.UTF8.GetBytes(data), EventTime = new Timestamp(1_700_000_000_000_000),
        ArrivalTime = new Timestamp(1_700_000_001_000_000),
    })[..^1].ToArray();
}
