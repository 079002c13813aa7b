using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class ActionListTests
{
    [Fact]
    public void Every_action_of_the_api_is_there() => Assert.Equal(
        """
        AcknowledgeDeadLetterQueueRecords AcknowledgeQueueRecords
        AddTagsToStream CreateChannel CreateQueue CreateStream DecreaseStreamRetentionPeriod DeleteChannel DeleteQueue
        DeleteResourcePolicy DeleteStream DeregisterStreamConsumer DescribeAccountSettings DescribeChannel
        DescribeLimits DescribeQueue DescribeStream
        DescribeStreamConsumer DescribeStreamSummary DisableEnhancedMonitoring EnableEnhancedMonitoring GetRecords
        GetResourcePolicy GetShardIterator IncreaseStreamRetentionPeriod ListChannels ListQueues ListShards
        ListStreamConsumers
        ListStreams ListTagsForResource ListTagsForStream MergeShards PutRecord PutRecords PutResourcePolicy
        ReceiveDeadLetterQueueRecords ReceiveQueueRecords
        RegisterStreamConsumer RemoveTagsFromStream RestoreDeadLetterQueueRecords SplitShard StartStreamEncryption
        StopStreamEncryption SubscribeToShard TagResource UntagResource UpdateAccountSettings UpdateChannel
        UpdateDeadLetterQueueRecordsVisibility UpdateMaxRecordSize UpdateQueue UpdateQueueRecordsVisibility
        UpdateShardCount UpdateStreamMode UpdateStreamRecordDistributionStrategy UpdateStreamWarmThroughput
        AcquireLeases Checkpoint DeleteGroup DescribeGroup LeaveGroup ListGroups ReleaseLease RenewLeases
        Firehose.CreateDeliveryStream Firehose.DeleteDeliveryStream
        Firehose.DescribeDeliveryStream Firehose.ListDeliveryStreams Firehose.ListTagsForDeliveryStream
        Firehose.PutRecord Firehose.PutRecordBatch Firehose.StartDeliveryStreamEncryption
        Firehose.StopDeliveryStreamEncryption Firehose.TagDeliveryStream Firehose.UntagDeliveryStream
        Firehose.UpdateDestination
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
        ActionTable.Names);

    [Fact]
    public void The_readme_tells_of_every_action()
    {
        var readme = File.ReadAllText(RepositoryFolder.Combine("src", "EdgeStream.Kinesis", "README.md"));
        Assert.All(
            ActionTable.Names,
            name => Assert.Contains(
                $"`{name.Replace("Firehose.", "", StringComparison.Ordinal)}`", readme, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Kinesis_20131202.Nothing", "application/x-amz-json-1.1", 400,
        """{"__type":"UnknownOperationException"}""")]
    [InlineData("Other.ListStreams", "application/x-amz-json-1.1", 400, """{"__type":"UnknownOperationException"}""")]
    [InlineData("Kinesis_20131202.ListStreams", "application/json", 404,
        """{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}""")]
    [InlineData("Kinesis_20131202.ListStreams", "text/plain", 404, "<UnknownOperationException/>\n")]
    [InlineData("", "text/plain", 403, "<AccessDeniedException>\n  <Message>Unable to determine service/operation "
        + "name to be "
        + "authorized</Message>\n</AccessDeniedException>\n")]
    public async Task What_is_no_call_is_refused(string target, string contentType, int status, string text)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        using var request = KinesisUnderTest.Request("x", "{}"u8.ToArray(), contentType);
        request.Headers.Remove("X-Amz-Target");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        var answer = await Answer.OfAsync(await kinesis.Client.SendAsync(request));
        Assert.Equal((status, text), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Every_answer_has_ids()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        var first = await kinesis.CallAsync("ListStreams", "{}");
        var second = await kinesis.CallAsync("ListStreams", "{");
        Assert.Equal("SerializationException", second.Type);
        var ids = new[] { first,
            second }.Select(answer => answer.Response.Headers.GetValues("x-amzn-RequestId").Single());
        Assert.Equal(2, ids.Distinct().Count());
        Assert.All(ids, id => Guid.Parse(id));
        Assert.Equal(72, Convert.FromBase64String(first.Response.Headers.GetValues("x-amz-id-2").Single()).Length);
    }

    [Fact]
    public async Task A_request_in_cbor_is_answered_in_cbor()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        using var request = KinesisUnderTest.Request("ListStreams", [0xA0], ContentType.Cbor);
        using var response = await kinesis.Client.SendAsync(request);
        Assert.Equal(ContentType.Cbor, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "BF6B53747265616D4E616D65739FFF6E4861734D6F726553747265616D73F46F53747265616D53756D6D61726965739FFFFF",
            Convert.ToHexString(await response.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task Calls_are_counted_by_action_and_outcome()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.OkAsync("ListStreams", "{}");
        await kinesis.RefusedAsync("ResourceNotFoundException", "DescribeStream", """{"StreamName":"s"}""");
        var statistics = kinesis.Service.Statistics;
        var list = ActionTable.Names.IndexOf("ListStreams");
        await Poll.UntilAsync(() => statistics.Elapsed(list) > TimeSpan.Zero);
        Assert.Equal(1, statistics.Calls(list, ActionOutcome.Succeeded));
        await Poll.UntilAsync(
            () => statistics.Calls(ActionTable.Names.IndexOf("DescribeStream"), ActionOutcome.Refused) == 1);
        Assert.Equal(JsonValueKind.Object, (await kinesis.OkAsync("ListStreams", "{}")).ValueKind);
    }
}
