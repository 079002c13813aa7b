namespace EdgeStream.Delivery.Tests;

/// <summary>A destination that refuses everything puts nothing aside, and nothing waits for ever behind one
/// record.</summary>
public class UnprovenRefusalTests
{
    private const int Records = 30;

    [Fact]
    public async Task While_a_server_takes_no_object_of_any_size_nothing_is_put_aside()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        stage.Destination.Answer = static _ => SendResult.TooLarge("413");
        await stage.AppendManyAsync(Records);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > 20);
        Assert.Equal((Records, 0), (stage.Status.BacklogRecords, stage.Status.RejectedRecords.Total));
        Assert.Empty(stage.Errors());
        Assert.Equal("413", stage.Status.LastError);

        stage.Destination.Answer = static _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(Records, stage.Destination.Lines().Count);
    }

    [Fact]
    public async Task A_large_record_may_be_too_large_for_a_server_that_has_taken_nothing_yet()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        stage.StreamDefinition = stage.StreamDefinition with { SegmentSizeBytes = 1 << 20 };
        await stage.ReopenAsync();
        stage.Destination.Answer = static item =>
            item.Content.Length > RefusalJudge.LargeBytesMin ? SendResult.TooLarge("413") : SendResult.Accepted;
        await stage.AppendManyAsync(1, padding: RefusalJudge.LargeBytesMin);
        await stage.AppendManyAsync(1);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal((1, 1), (stage.Status.DeliveredRecords, stage.Status.RejectedRecords.Total));
    }

    [Fact]
    public async Task A_batch_of_doubted_records_alone_is_sent_with_what_comes_since()
    {
        await using var stage = await RejectionEdgeTests.OpenAsync();
        var isProven = false;
        stage.Destination.AnswerRecord = line =>
        {
            isProven |= line.Key == "good";
            return line.Key == "good" ? RecordAnswer.Accept : isProven ? RecordAnswer.Refuse : RecordAnswer.Doubt;
        };
        await stage.AppendAsync("bad", "1");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        Assert.Equal("doubt", stage.Status.LastError);
        await stage.AppendAsync("good", "2");
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal((1, 1), (stage.Status.DeliveredRecords, stage.Status.RejectedRecords.Total));
        Assert.Equal(1, Assert.Single(stage.Errors()).GetProperty("sequenceNumber").GetInt64());
    }
}
