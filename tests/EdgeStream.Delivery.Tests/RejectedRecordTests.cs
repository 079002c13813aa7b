using System.Text;

namespace EdgeStream.Delivery.Tests;

/// <summary>A record that the destination refuses for good is put aside, and those behind it go on.</summary>
public class RejectedRecordTests
{
    private const string Errors = "errors";

    [Fact]
    public async Task It_stands_in_the_error_stream_with_all_that_is_known_of_it_and_the_others_arrive()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static line => line.Sequence == 3 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        await stage.AppendManyAsync(5);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal([1, 2, 4, 5], stage.Destination.Records.Select(line => line.Sequence));
        Assert.Equal((5, 4, 0, 1), (
            stage.Status.AppendedRecords, stage.Status.DeliveredRecords, stage.Status.EvictedRecords,
            stage.Status.RejectedRecords[RejectionReason.InvalidData]));

        var error = Assert.Single(stage.Errors());
        Assert.Equal(
            ("backup", "scripted", "readings", "shardId-000000000000", 3, "invalid-data", "0x99", 1),
            (error.GetProperty("delivery").GetString(), error.GetProperty("destination").GetString(),
                error.GetProperty("stream").GetString(), error.GetProperty("shard").GetString(),
                error.GetProperty("sequenceNumber").GetInt64(), error.GetProperty("reason").GetString(),
                error.GetProperty("lastErrorCode").GetString(), error.GetProperty("attemptsMade").GetInt32()));
        Assert.Equal("k", error.GetProperty("key").GetString());
        Assert.Equal(
            "{\"value\":2,\"padding\":\"\"}",
            Encoding.UTF8.GetString(error.GetProperty("rawData").GetBytesFromBase64()));
    }

    [Fact]
    public async Task Without_an_error_stream_it_cannot_be_rejected()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        var canReject = true;
        stage.Destination.Answer = item =>
        {
            canReject = item.Records.CanReject;
            return SendResult.Accepted;
        };
        await stage.AppendManyAsync(1);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.False(canReject);
    }

    [Fact]
    public async Task More_than_a_batch_notes_are_rejected_in_parts()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Refuse;
        const int Records = (2 * RecordProgress.RejectionsMax) + 3;
        await stage.AppendManyAsync(Records);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(
            Enumerable.Range(1, Records).Select(i => (long)i),
            stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()));
        Assert.Equal(Records, stage.Status.RejectedRecords.Total);
        Assert.Equal(0, stage.Status.DeliveredRecords);
        Assert.True(DeliveryAuditor.Audit(stage.Store, stage.Time)[0].AddsUp);
    }

    [Fact]
    public async Task What_was_accepted_of_a_batch_is_not_sent_again_after_a_kill()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static line => line.Sequence == 4 ? RecordAnswer.Away : RecordAnswer.Accept;
        await stage.AppendManyAsync(6);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        var copy = stage.CopyOfFolder();
        stage.Destination.Answer = _ => SendResult.Retryable("killed");
        await stage.ReopenAsync(copy);

        stage.Destination.Answer = _ => SendResult.Accepted;
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Accept;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal([1, 2, 3, 4, 5, 6], stage.Destination.Records.Select(line => line.Sequence));
        Assert.True(stage.Status.RetriedRecords >= 3);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_until_only_the_record_that_is_too_large_is_left()
    {
        const int SizeBytesMax = 2000;
        await using var stage = await OpenAsync();
        stage.Destination.Answer = static item =>
            item.Content.Length > SizeBytesMax ? SendResult.TooLarge("413") : SendResult.Accepted;
        await stage.AppendManyAsync(20);
        await stage.AppendAsync("k", $"\"{new string('x', SizeBytesMax)}\"");
        await stage.AppendManyAsync(20);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(
            Enumerable.Range(1, 41).Where(i => i != 21).Select(i => (long)i),
            stage.Destination.Lines().Select(line => line.Sequence));
        Assert.Equal(21, Assert.Single(stage.Errors()).GetProperty("sequenceNumber").GetInt64());
        Assert.Equal(1, stage.Status.RejectedRecords[RejectionReason.TooLarge]);
    }

    [Fact]
    public async Task With_an_error_prefix_it_goes_to_the_destination_too_under_a_name_that_stays()
    {
        await using var stage = await OpenAsync(definition => definition with
        {
            ErrorPrefix = "bad/!{firehose:error-output-type}/!{timestamp:yyyy}/!{firehose:random-string}/",
        });
        stage.Destination.AnswerRecord = static line => line.Sequence == 2 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        string? copy = null;
        stage.Destination.Stored = _ => copy ??= stage.CopyOfFolder();
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        await stage.ReopenAsync(copy!);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        var name = Assert.Single(stage.Destination.Objects).Key;
        Assert.Matches(
            "^bad/scripted-failed/2026/[a-zA-Z0-9]{11}/backup-[0-9a-f]{8}-shardId-0{12}-0{19}2-0{19}2.jsonl$", name);
        Assert.Equal(2, stage.Destination.Accepted.Count);
        Assert.Single(stage.Errors());
        var line = Encoding.UTF8.GetString(stage.Destination.Objects[name]);
        Assert.StartsWith("{\"attemptsMade\":1,\"arrivalTimestamp\":", line, StringComparison.Ordinal);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
    }

    private static Task<DeliveryStage> OpenAsync(Func<DeliveryDefinition, DeliveryDefinition>? change = null) =>
        DeliveryStage.OpenAsync(definition =>
        {
            definition = definition with
            {
                ErrorStream = Errors, Compression = CompressionKind.None, BufferBytes = 1 << 20,
            };
            return change is null ? definition : change(definition);
        });
}
