using EdgeStream.Kinesis.Tests.Firehose;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>A store that has no room for another segment.</summary>
public sealed class FullStoreTests
{
    private const int RecordSizeBytes = 1_000_000;

    /// <summary>More than two segments hold.</summary>
    private const int RecordsMax = 40;

    private static StorageLimits Small => new() { BudgetBytes = 24 << 20, ReserveBytes = 0 };

    [Fact]
    public async Task A_record_without_room_is_a_failure_to_be_tried_again_and_one_of_several_says_so_itself()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(limits: Small);
        await kinesis.OkAsync(
            "CreateStream", """{"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""");
        var record =
            $$"""
            "PartitionKey":"k","Data":"{{Convert.ToBase64String(new byte[RecordSizeBytes])}}"
            """;
        Answer answer;
        var count = 0;
        do
        {
            answer = await kinesis.CallAsync("PutRecord", $$"""{"StreamName":"s",{{record}}}""");
        }
        while (answer.Status == 200 && ++count < RecordsMax);

        Assert.Equal((500, "InternalFailureException"), (answer.Status, answer.Type));
        Assert.Equal(
            "Stream s takes no records: the gateway has no room for another segment.", answer.Message);
        var many = await kinesis.OkAsync("PutRecords", $$"""{"StreamName":"s","Records":[{ {{record}} }]}""");
        Assert.Equal(1, many.GetProperty("FailedRecordCount").GetInt32());
        Assert.Equal("InternalFailure", many.GetProperty("Records")[0].GetProperty("ErrorCode").GetString());
    }

    [Fact]
    public async Task A_delivery_stream_without_room_is_unavailable()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync(limits: Small);
        firehose.Buckets.IsAway = true;
        await firehose.MakeAsync();
        var record = $$"""{"Data":"{{Convert.ToBase64String(new byte[RecordSizeBytes])}}"}""";
        Answer answer;
        var count = 0;
        do
        {
            answer = await firehose.CallAsync(
                "PutRecord", $$"""{"DeliveryStreamName":"d","Record":{{record}}}""");
        }
        while (answer.Status == 200 && ++count < RecordsMax);

        Assert.Equal((503, "ServiceUnavailableException"), (answer.Status, answer.Type));
        var many = await firehose.OkAsync(
            "PutRecordBatch", $$"""{"DeliveryStreamName":"d","Records":[{{record}}]}""");
        Assert.Equal(1, many.GetProperty("FailedPutCount").GetInt32());
        Assert.Equal(
            "ServiceUnavailableException",
            many.GetProperty("RequestResponses")[0].GetProperty("ErrorCode").GetString());
    }
}
