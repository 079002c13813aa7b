using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams.Tests;

/// <summary>How a stream's entry stands in the state: version 2, frozen.</summary>
public sealed class StreamEntryFormatTests
{
    private const string Definition =
        "{\"version\":2,\"name\":\"readings\",\"shardCount\":1,\"retentionAgeSeconds\":86400,"
        + "\"retentionBytes\":1000000,\"durability\":\"fsync\",\"segmentSizeBytes\":67108864,"
        + "\"priority\":\"normal\",\"whenFull\":\"reject\",\"protectUndelivered\":true,";

    private const string Small = Definition
        + "\"id\":1767225600123,\"createdAt\":1767225600123000,\"mode\":\"on-demand\","
        + "\"recordSizeBytesMax\":1048576,\"nextShard\":1,\"shards\":[{\"index\":0,\"start\":\"0\","
        + "\"end\":\"340282366920938463463374607431768211455\",\"createdAt\":1767225600123000}]}";

    private const string Full = Definition
        + "\"id\":1767225600123,\"createdAt\":1767225600123000,\"mode\":\"provisioned\","
        + "\"recordSizeBytesMax\":10485760,\"tags\":{\"site\":\"north\"},\"shardMetrics\":65,"
        + "\"encryptionKey\":\"alias/aws/kinesis\",\"policy\":\"{}\",\"warmThroughputMiBps\":10,"
        + "\"distribution\":\"even\","
        + "\"consumers\":[{\"name\":\"fan\",\"createdAt\":1767225601000000,\"tags\":{\"a\":\"b\"},\"policy\":\"{}\"}],"
        + "\"nextShard\":5,\"scalingTarget\":3,\"shards\":["
        + "{\"index\":3,\"start\":\"0\",\"end\":\"9\",\"createdAt\":1,\"parent\":1,\"adjacentParent\":2,"
        + "\"closedAt\":7},"
        + "{\"index\":4,\"start\":\"0\",\"end\":\"340282366920938463463374607431768211455\","
        + "\"createdAt\":7,\"parent\":3,\"forgottenCuts\":2,\"cuts\":[40,40,57]}],"
        + "\"expired\":{\"appended\":100,\"lost\":1,\"age\":50,\"bytes\":40,\"budget\":3,\"diskFull\":4,"
        + "\"unattributed\":2}}";

    private static readonly Timestamp Created = new(1_767_225_600_123_000);

    [Fact]
    public void A_stream_that_was_just_made_is_frozen()
    {
        var entry = StreamEntry.New(Layout(), new StreamAttributes { Id = 1_767_225_600_123, CreatedAt = Created });
        Assert.Equal(Small, Encoding.UTF8.GetString(StreamEntryFormat.ToBytes(entry)));
        Assert.Equal(Small, RoundTrip(Small));
    }

    [Fact]
    public void Every_member_is_frozen_and_comes_back()
    {
        var entry = StreamEntryFormat.Read(Encoding.UTF8.GetBytes(Full));
        Assert.Equal(Full, RoundTrip(Full));
        Assert.Equal((3, 5, 1), (entry.ScalingTarget, entry.NextShardIndex, entry.OpenShardCount));
        Assert.Equal((1, 2, new Timestamp(7)), (
            entry.Shards[0].Parent, entry.Shards[0].AdjacentParent, entry.Shards[0].ClosedAt));
        Assert.Equal((2, 3, 57), (
            entry.Shards[1].Cuts.Forgotten, entry.Shards[1].Cuts.Ends.Count, entry.Shards[1].Cuts.Ends[^1]));
        Assert.Equal(new StreamStatistics(100, 0, 0, 99, 1), entry.Expired.Statistics);
        var attributes = entry.Attributes;
        Assert.Equal(
            ShardLevelMetrics.IncomingBytes | ShardLevelMetrics.IteratorAgeMilliseconds, attributes.ShardMetrics);
        Assert.Equal(("north", "fan", "b"), (
            attributes.Tags["site"], attributes.Consumers[0].Name, attributes.Consumers[0].Tags["a"]));
        Assert.Equal((StreamMode.Provisioned, "alias/aws/kinesis", 10), (
            attributes.Mode, attributes.EncryptionKeyId, attributes.WarmThroughputMiBps));
    }

    [Theory]
    [InlineData("{\"version\":3}")]
    [InlineData("{}")]
    [InlineData("no json")]
    public void What_this_program_does_not_know_is_refused(string text) => Assert.Throws<InvalidDataException>(
        () => StreamEntryFormat.Read(Encoding.UTF8.GetBytes(text)));

    private static string RoundTrip(string text) => Encoding.UTF8.GetString(
        StreamEntryFormat.ToBytes(StreamEntryFormat.Read(Encoding.UTF8.GetBytes(text))));

    private static StreamDefinition Layout() => new()
    {
        Name = "readings",
        RetentionAge = TimeSpan.FromDays(1),
        RetentionBytes = 1_000_000,
    };
}
