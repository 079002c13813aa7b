using System.Text;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

public class JsonLineEncoderTests
{
    private readonly JsonLineEncoder _encoder = new("readings", "shardId-000000000000");

    [Fact]
    public void A_json_object_stands_in_the_line_as_it_is()
    {
        Assert.Equal(
            "{\"stream\":\"readings\",\"shard\":\"shardId-000000000000\",\"sequence\":123,\"key\":\"plant/1\","
            + "\"eventTime\":\"2026-11-20T01:02:03.004Z\",\"arrivalTime\":\"2026-11-20T12:34:56.789Z\","
            + "\"data\":{\"value\": 21.50}}\n",
            Line("plant/1"u8, "{\"value\": 21.50}"u8));
    }

    [Fact]
    public void History_is_marked_between_arrival_time_and_data()
    {
        var encoder = new JsonLineEncoder("readings", "shardId-000000000000", isHistorical: true);
        foreach (var (data, member) in new[] { ("{}", "\"data\":{}"), ("no", "\"dataBase64\":\"bm8=\"") })
        {
            var record = new StreamRecord
            {
                Sequence = new SequenceNumber(7), PartitionKey = "k"u8, Data = Encoding.UTF8.GetBytes(data),
                EventTime = new Timestamp(0), ArrivalTime = new Timestamp(0),
            };
            Assert.Equal(
                "{\"stream\":\"readings\",\"shard\":\"shardId-000000000000\",\"sequence\":7,\"key\":\"k\","
                + "\"eventTime\":\"1970-01-01T00:00:00.000Z\",\"arrivalTime\":\"1970-01-01T00:00:00.000Z\","
                + $"\"historical\":true,{member}}}\n",
                Encoding.UTF8.GetString(encoder.Encode(record)));
        }
    }

    [Theory]
    [InlineData("21.5")]
    [InlineData("\"text\"")]
    [InlineData("[1,2,{}]")]
    [InlineData("null")]
    public void Any_single_json_value_is_data(string json) =>
        Assert.Equal(json, Parse(Line("k"u8, Encoding.UTF8.GetBytes(json))).GetProperty("data").GetRawText());

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Line_is_never_nested_deeper_than_readers_read(int depth, bool isJson)
    {
        var line = Parse(Line("k"u8, Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth))));
        Assert.Equal(isJson, line.TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"value\":")]
    [InlineData("{} {}")]
    [InlineData("hello")]
    [InlineData("\u0000\u0001")]
    [InlineData("nan")]
    public void Data_that_is_not_one_json_value_is_kept_as_base64(string text)
    {
        var line = Parse(Line("k"u8, Encoding.UTF8.GetBytes(text)));
        Assert.False(line.TryGetProperty("data", out _));
        Assert.Equal(Encoding.UTF8.GetBytes(text), line.GetProperty("dataBase64").GetBytesFromBase64());
    }

    [Fact]
    public void A_json_string_that_is_not_utf8_is_kept_as_base64()
    {
        byte[] data = [(byte)'"', 0xC3, 0x28, (byte)'"'];
        Assert.Equal(data, Parse(Line("k"u8, data)).GetProperty("dataBase64").GetBytesFromBase64());
    }

    [Fact]
    public void Line_breaks_between_tokens_become_spaces()
    {
        var line = Line("k"u8, "{\r\n  \"value\": 1,\n \"text\": \"a\\nb\"\n}"u8);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal("a\nb", Parse(line).GetProperty("data").GetProperty("text").GetString());
    }

    [Fact]
    public void A_key_is_escaped_and_its_invalid_bytes_are_replaced()
    {
        Assert.Equal("a\"\\\n\u0001ü😀", Parse(Line("a\"\\\n\u0001ü😀"u8, "1"u8)).GetProperty("key").GetString());
        Assert.Equal("a\uFFFDb", Parse(Line([(byte)'a', 0xFF, (byte)'b'], "1"u8)).GetProperty("key").GetString());
    }

    [Fact]
    public void The_longest_key_of_control_characters_fits()
    {
        var key = new byte[65_535];
        key.AsSpan().Fill(1);
        Assert.Equal(65_535, Parse(Line(key, "1"u8)).GetProperty("key").GetString()!.Length);
    }

    [Theory]
    [InlineData(long.MinValue, "0001-01-01T00:00:00.000Z")]
    [InlineData(long.MaxValue, "9999-12-31T23:59:59.999Z")]
    [InlineData(-1L, "1969-12-31T23:59:59.999Z")]
    [InlineData(0L, "1970-01-01T00:00:00.000Z")]
    public void Times_that_no_calendar_holds_become_the_nearest(long microseconds, string expected)
    {
        var bytes = new byte[WallTime.LengthBytes];
        WallTime.Write(new Timestamp(microseconds), bytes);
        Assert.Equal(expected, Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public void Encoding_a_record_allocates_nothing()
    {
        var data = "{\"value\":21.5,\"unit\":\"C\"}"u8.ToArray();
        Encode(data, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Encode(data, 1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Encode(byte[] data, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _encoder.Encode(Record("plant/line/sensor"u8, data));
        }
    }

    private string Line(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
        Encoding.UTF8.GetString(_encoder.Encode(Record(key, data)));

    private static StreamRecord Record(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => new()
    {
        Sequence = new SequenceNumber(123),
        PartitionKey = key,
        Data = data,
        EventTime = Timestamp.From(new DateTimeOffset(2026, 11, 20, 1, 2, 3, 4, TimeSpan.Zero)),
        ArrivalTime = Timestamp.From(DeliveryStage.Start),
    };

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;
}
