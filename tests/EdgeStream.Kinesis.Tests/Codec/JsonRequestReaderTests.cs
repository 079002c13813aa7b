using System.Text;

namespace EdgeStream.Kinesis.Tests.Codec;

public sealed class JsonRequestReaderTests
{
    [Fact]
    public void Members_are_found_in_any_order_and_unknown_ones_are_passed_over()
    {
        var values = RequestText.Json(
            """{"x":{"StreamName":[1,{"a":null}]},"StreamName":"s","Data":"aGk=","y":[],"PartitionKey":"k"}""",
            Requests.PutRecord);
        Assert.Equal("s", values.Text("StreamName"));
        Assert.Equal("k", values.Text("PartitionKey"));
        Assert.Equal("hi"u8.ToArray(), values.BytesOf(values.Member("Data")).ToArray());
        Assert.False(values.Has("ExplicitHashKey"));
    }

    [Theory]
    [InlineData("""{"StreamName":"a\u0041\n\"\\\/\ud83d\ude00"}""", "aA\n\"\\/😀")]
    [InlineData("""{"StreamNam\u0065":"late"}""", "late")]
    [InlineData("""{"StreamName":"first","StreamName":"last"}""", "last")]
    [InlineData("""{"StreamName":"ü"}""", "ü")]
    [InlineData("""{"StreamName":"gone","StreamName":null}""", null)]
    public void Texts_are_read_as_they_mean(string json, string? text) =>
        Assert.Equal(text, RequestText.Json(json, Requests.OfStream).Text("StreamName"));

    [Theory]
    [InlineData("5", 5)]
    [InlineData("5.9", 5)]
    [InlineData("1e2", 100)]
    [InlineData("99999999999", int.MaxValue)]
    [InlineData("-99999999999999999999", int.MinValue)]
    public void Numbers_are_cut_to_32_bits(string number, int expected) => Assert.Equal(
        expected, RequestText.Json($$"""{"Limit":{{number}}}""", Requests.ListStreams).Integer("Limit"));

    [Theory]
    [InlineData("""{"StreamName":1}""",
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String")]
    [InlineData("""{"StreamName":true}""", "class java.lang.Boolean can not be converted to an String")]
    [InlineData("""{"StreamName":[]}""", "Start of list found where not expected")]
    [InlineData("""{"StreamName":{}}""", "Start of structure or map found where not expected.")]
    [InlineData("""{"Data":false}""", "class java.lang.Boolean can not be converted to a Blob")]
    [InlineData("""{"Data":"abc"}""", "'abc' can not be converted to a Blob: Base64 encoded length is expected a "
        + "multiple "
        + "of 4 bytes but found: 3")]
    [InlineData("""{"Data":"ab~c"}""", "'ab~c' can not be converted to a Blob: Invalid Base64 character: '~'")]
    [InlineData("""{"Data":"YW =Y"}""", "'YW =Y' can not be converted to a Blob: Base64 encoded length is "
        + "expected a multiple "
        + "of 4 bytes but found: 5")]
    [InlineData("""{"Data":"YWI "}""", "'YWI ' can not be converted to a Blob: Invalid Base64 character: ' '")]
    [InlineData("""{"Data":"YWJ="}""",
        "'YWJ=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected")]
    [InlineData("[]", "Start of list found where not expected")]
    [InlineData("1", null)]
    [InlineData("{", null)]
    [InlineData("""{"StreamName":"s"} x""", null)]
    public void What_is_of_another_type_is_refused_with_the_services_text(string json, string? message) =>
        Assert.Equal(message, RequestText.MessageOfJson(json, Requests.PutRecord));

    [Theory]
    [InlineData("""{"EnforceConsumerDeletion":"yes"}""", "'YES' can not be converted to an Boolean")]
    [InlineData("""{"EnforceConsumerDeletion":1}""",
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Boolean")]
    public void Flags_are_true_or_false(string json, string message) =>
        Assert.Equal(message, RequestText.MessageOfJson(json, Requests.DeleteStream));

    [Theory]
    [InlineData("""{"Tags":[]}""", "Start of list found where not expected")]
    [InlineData("""{"Tags":"a"}""", "Expected map or null")]
    [InlineData("""{"Tags":{"a":1}}""",
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String")]
    public void Maps_have_texts(string json, string message) =>
        Assert.Equal(message, RequestText.MessageOfJson(json, Requests.AddTagsToStream));

    [Theory]
    [InlineData("""{"Records":{}}""", "Start of structure or map found where not expected.")]
    [InlineData("""{"Records":1}""", "Expected list or null")]
    [InlineData("""{"Records":["x"]}""", "Expected null")]
    public void Lists_have_elements_of_their_shape(string json, string message) =>
        Assert.Equal(message, RequestText.MessageOfJson(json, Requests.PutRecords));

    [Fact]
    public void Times_are_seconds_with_a_fraction() => Assert.Equal(
        1_500_000_000_250_000,
        RequestText.Json("""{"Timestamp":1500000000.25}""", Requests.GetShardIterator).Time("Timestamp")!.Value
            .UnixMicroseconds);

    [Fact]
    public void Nesting_beyond_the_bound_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"x":""", 40)) + "1" + new string('}', 40);
        Assert.Null(RequestText.MessageOfJson(deep, Requests.OfStream));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused()
    {
        byte[] body = [.. "{\"StreamName\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Throws<ApiException>(() => JsonRequestReader.Read(
            body, body.Length, Requests.OfStream, new RequestValues()));
    }

    [Fact]
    public void A_request_of_too_many_values_is_refused()
    {
        var json = "{\"Records\":[" + string.Join(',', Enumerable.Repeat("{}", 100_000)) + "]}";
        Assert.Null(RequestText.MessageOfJson(json, Requests.PutRecords));
        Assert.True(Encoding.UTF8.GetByteCount(json) < KinesisLimits.RequestBodyBytesMax);
    }
}
