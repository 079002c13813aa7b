namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>One delivery stream waits for its destination to stop, and others are changed.</summary>
public sealed class SimultaneousChangeTests
{
    private const string Kinesis = "Kinesis_20131202";

    [Fact]
    public async Task No_change_waits_for_the_destination_of_another()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync(name: "slow");
        await firehose.MakeAsync();
        await firehose.OkAsync("CreateStream", """{"StreamName":"s","ShardCount":1}""", Kinesis);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (firehose.Runner.HeldTitle, firehose.Runner.HeldUntil) = ("firehose:slow", stopped.Task);
        var slow = firehose.OkAsync("UpdateDestination", Update("slow"));

        await firehose.OkAsync("UpdateDestination", Update("d"));
        await firehose.OkAsync("DeleteStream", """{"StreamName":"s"}""", Kinesis);
        await firehose.MakeAsync(name: "new");
        await firehose.OkAsync("DeleteDeliveryStream", """{"DeliveryStreamName":"d"}""");
        await firehose.GoneAsync();
        Assert.False(slow.IsCompleted);
        stopped.SetResult();
        await slow;
    }

    private static string Update(string name) =>
        $$$"""
        {"DeliveryStreamName":"{{{name}}}","CurrentDeliveryStreamVersionId":"1",
        "DestinationId":"destinationId-000000000001","S3DestinationUpdate":{"Prefix":"new/"} }
        """;
}
