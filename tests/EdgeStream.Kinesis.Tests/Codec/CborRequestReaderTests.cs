namespace EdgeStream.Kinesis.Tests.Codec;

public sealed class CborRequestReaderTests
{
    [Fact]
    public void A_request_of_the_java_sdk_is_read()
    {
        // {_ "StreamName": "s", "Data": h'6869', "PartitionKey": "k" }
        var values = RequestText.Cbor(
            Convert.FromHexString("BF6A53747265616D4E616D6561736444617461426869" + "6C506172746974696F6E4B6579616BFF"),
            Requests.PutRecord);
        Assert.Equal("s", values.Text("StreamName"));
        Assert.Equal("k", values.Text("PartitionKey"));
        Assert.Equal("hi"u8.ToArray(), values.BytesOf(values.Member("Data")).ToArray());
    }

    [Fact]
    public void Whole_times_are_milliseconds_and_others_seconds()
    {
        var whole = new CborText().Map(1, map => map.Text("Timestamp").Head(6, 1).Integer(1_500_000_000_250)).Bytes;
        var real = new CborText().Map(1, map => map.Text("Timestamp").Head(6, 1)
            .Raw([0xFB, .. BitConverter.GetBytes(1_500_000_000.25).Reverse()])).Bytes;
        foreach (var body in new[] { whole, real })
        {
            Assert.Equal(
                1_500_000_000_250,
                RequestText.Cbor(body, Requests.GetShardIterator).Time("Timestamp")!.Value.UnixMilliseconds);
        }
    }

    [Theory]
    [InlineData("A16A53747265616D4E616D6501",
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String")]
    [InlineData("A16A53747265616D4E616D65F5", "class java.lang.Boolean can not be converted to an String")]
    [InlineData("A16A53747265616D4E616D6580", "Start of list found where not expected")]
    [InlineData("A16A53747265616D4E616D65A0", "Start of structure or map found where not expected.")]
    [InlineData("80", "Start of list found where not expected")]
    [InlineData("01", null)]
    [InlineData("A1", null)]
    [InlineData("A1FF", null)]
    [InlineData("BF", null)]
    [InlineData("BB7FFFFFFFFFFFFFFF", null)]
    [InlineData("BBFFFFFFFFFFFFFFFF", null)]
    [InlineData("A16178", null)]
    [InlineData("A161785B7FFFFFFFFFFFFFFF", null)]
    [InlineData("A16178FC", null)]
    [InlineData("A00000", null)]
    [InlineData("A16A53747265616D4E616D6562C328", null)]
    public void What_is_wrong_is_refused(string hex, string? message) => Assert.Equal(
        message,
        Assert.Throws<ApiException>(() => RequestText.Cbor(Convert.FromHexString(hex), Requests.OfStream)).Text);

    [Fact]
    public void Nesting_beyond_the_bound_is_refused()
    {
        var body = new CborText().Map(1, map => map.Text("x").Raw([.. Enumerable.Repeat((byte)0x81, 100_000)]));
        Assert.Throws<ApiException>(() => RequestText.Cbor(body.Bytes, Requests.OfStream));
    }
}
