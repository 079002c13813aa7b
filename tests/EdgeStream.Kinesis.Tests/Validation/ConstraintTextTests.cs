namespace EdgeStream.Kinesis.Tests.Validation;

public sealed class ConstraintTextTests
{
    private const string One = "1 validation error detected: ";
    private const string Name = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";

    [Theory]
    [InlineData("{}", One + "Value null at 'streamName' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"StreamName":"a b"}""", One + "Value 'a b' at 'streamName' failed to satisfy constraint: " + Name)]
    [InlineData("""{"StreamName":""}""", "2 validation errors detected: Value '' at 'streamName' failed to satisfy "
        + "constraint: " + Name + "; Value '' at 'streamName' failed to satisfy constraint: Member must have length "
        + "greater than or equal to 1")]
    [InlineData("""{"StreamARN":"arn:aws:s3:::b"}""", One + "Value 'arn:aws:s3:::b' at 'streamARN' failed to satisfy "
        + @"constraint: Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\d{12}:stream/\S+")]
    [InlineData("""{"StreamName":"s","StreamId":"x"}""", One + "Value 'x' at 'streamId' failed to satisfy constraint: "
        + "Member must satisfy regular expression pattern: [a-z0-9]{20}-[a-z0-9]{3}")]
    public void Names_of_streams(string json, string message) =>
        Assert.Equal(message, RequestText.ViolationsOf(json, Requests.OfStream));

    [Theory]
    [InlineData("""{"StreamName":"s"}""")]
    [InlineData("""{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}""")]
    [InlineData("""{"StreamARN":"arn:aws-cn:kinesis:cn-north-1:123456789012:stream/a.b"}""")]
    [InlineData("""{"StreamName":"s","StreamId":"abcdefghij0123456789-abc"}""")]
    public void A_name_or_an_arn_is_enough(string json) =>
        RequestValidator.Check(RequestText.Json(json, Requests.OfStream));

    [Fact]
    public void Members_are_named_in_the_services_order() => Assert.Equal(
        "4 validation errors detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have "
            + "value less "
            + "than or equal to 10000; Value '' at 'exclusiveStartShardId' failed to satisfy constraint: " + Name
            + "; Value '' at 'exclusiveStartShardId' failed to satisfy constraint: Member must have length "
                + "greater than "
            + "or equal to 1; Value null at 'streamName' failed to satisfy constraint: Member must not be null",
        RequestText.ViolationsOf("""{"ExclusiveStartShardId":"","Limit":10001}""", Requests.DescribeStream));

    [Fact]
    public void Words_are_listed() => Assert.Equal(
        One + "Value 'NOW' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: "
            + "[AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]",
        RequestText.ViolationsOf(
            """{"StreamName":"s","ShardId":"x","ShardIteratorType":"NOW"}""", Requests.GetShardIterator));

    [Theory]
    [InlineData("""{"PartitionKey":"","Data":"","StreamName":"s"}""",
        "Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("""{"PartitionKey":"k","StreamName":"s"}""",
        "Value null at 'data' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"PartitionKey":"k","Data":"","StreamName":"s","ExplicitHashKey":"01"}""",
        "Value '01' at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression "
            + @"pattern: 0|([1-9]\d{0,38})")]
    public void Records(string json, string message) =>
        Assert.Equal(One + message, RequestText.ViolationsOf(json, Requests.PutRecord));

    [Fact]
    public void Keys_count_in_characters()
    {
        var json = $$"""{"PartitionKey":"{{new string('ü', 256)}}","Data":"","StreamName":"s"}""";
        RequestValidator.Check(RequestText.Json(json, Requests.PutRecord));
        var longer = json.Replace("\"Data\"", "\"PartitionKey\":\"" + new string('ü', 257) + "\",\"Data\"");
        Assert.EndsWith(
            "Member must have length less than or equal to 256", RequestText.ViolationsOf(longer, Requests.PutRecord));
    }

    [Fact]
    public void Records_of_a_batch_are_numbered_and_at_most_ten_violations_are_named()
    {
        var message = RequestText.ViolationsOf(
            """{"StreamName":"s","Records":[{"PartitionKey":"k","Data":""},{}]}""", Requests.PutRecords);
        Assert.Equal(
            "2 validation errors detected: Value null at 'records.2.member.partitionKey' failed to satisfy constraint: "
                + "Member must not be null; Value null at 'records.2.member.data' failed to satisfy constraint: Member "
                + "must not be null",
            message);
        var many = RequestText.ViolationsOf(
            $$"""{"StreamName":"s","Records":[{{string.Join(',', Enumerable.Repeat("{}", 20))}}]}""",
                Requests.PutRecords);
        Assert.StartsWith("10 validation errors detected: ", many);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public void A_batch_has_1_to_500_records(int count)
    {
        var records = string.Join(',', Enumerable.Repeat("""{"PartitionKey":"k","Data":""}""", count));
        var printed = string.Join(
            ", ", Enumerable.Repeat("com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310", count));
        Assert.Equal(
            One + $"Value '[{printed}]' at 'records' failed to satisfy constraint: Member must have length "
                + (count == 0 ? "greater than or equal to 1" : "less than or equal to 500"),
            RequestText.ViolationsOf($$"""{"StreamName":"s","Records":[{{records}}]}""", Requests.PutRecords));
    }

    [Theory]
    [InlineData("""{"StreamName":"s","Tags":{}}""",
        "Value '{}' at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("""{"StreamName":"s","Tags":{"":"b"}}""",
        "Value '{=b}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have "
            + "length "
            + "less than or equal to 128, Member must have length greater than or equal to 1]")]
    public void Tags(string json, string message) =>
        Assert.Equal(One + message, RequestText.ViolationsOf(json, Requests.AddTagsToStream));

    [Fact]
    public void Tag_keys() => Assert.Equal(
        One + "Value '[a, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member "
            + "must have "
            + "length less than or equal to 128, Member must have length greater than or equal to 1]",
        RequestText.ViolationsOf("""{"StreamName":"s","TagKeys":["a",""]}""", Requests.RemoveTagsFromStream));

    [Theory]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1", true)]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/s", false)]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c", false)]
    [InlineData("arn:aws:kinesis:us-east-1:00000000000:stream/s/consumer/c:1", false)]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/", false)]
    public void Names_of_consumers(string arn, bool isRight) =>
        Assert.Equal(isRight, TextPattern.ConsumerArn.IsMatch(System.Text.Encoding.UTF8.GetBytes(arn)));

    [Fact]
    public void A_stream_needs_a_count_of_shards_or_a_mode()
    {
        Assert.Equal(
            "2 validation errors detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be "
                + "null; Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            RequestText.ViolationsOf("{}", Requests.CreateStream));
        RequestValidator.Check(RequestText.Json(
            """{"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""", Requests.CreateStream));
    }

    [Fact]
    public void Structures_within_are_checked() => Assert.Equal(
        One + "Value 'ODD' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy "
            + "enum value "
            + "set: [PROVISIONED, ON_DEMAND]",
        RequestText.ViolationsOf(
            """{"StreamName":"s","StreamModeDetails":{"StreamMode":"ODD"}}""", Requests.CreateStream));
}
