using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

/// <summary>Rejections at the edges: many, of aggregated records, over kills, retention and changed
/// definitions.</summary>
public class RejectionEdgeTests
{
    private const string Errors = "errors";
    private const int Max = RecordProgress.RejectionsMax;

    [Fact]
    public async Task One_more_than_a_batch_notes_is_neither_lost_nor_counted_delivered()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Refuse;
        await stage.AppendManyAsync(Max + 1);
        await DeliverAsync(stage);
        Assert.Equal(
            Enumerable.Range(1, Max + 1).Select(i => (long)i),
            stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()));
        Assert.Equal((0, Max + 1), (stage.Status.DeliveredRecords, stage.Status.RejectedRecords.Total));
    }

    [Fact]
    public async Task Killed_with_as_many_rejections_as_a_batch_notes_nothing_accepted_is_sent_again()
    {
        await using var stage = await OpenAsync(
            static definition => definition with { ErrorPrefix = "!{firehose:error-output-type}/" });
        stage.Destination.AnswerRecord = static line =>
            line.Sequence % 2 == 0 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        string? copy = null;
        stage.Destination.Stored = _ => copy ??= stage.CopyOfFolder();
        await stage.AppendManyAsync(3 * Max);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => copy is not null);
        await stage.StopEngineAsync();
        stage.Destination.Records.Clear();
        await stage.ReopenAsync(copy!);

        await DeliverAsync(stage);
        var sent = stage.Destination.Records.Select(line => line.Sequence).ToArray();
        Assert.DoesNotContain(1L, sent);
        Assert.DoesNotContain((2L * Max) - 1, sent);
        Assert.Equal(sent.Distinct(), sent);
        Assert.Equal(
            Enumerable.Range(1, 3 * Max).Where(i => i % 2 == 0).Select(i => (long)i),
            stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()));
    }

    [Fact]
    public async Task What_was_settled_behind_an_open_record_stays_so_over_attempts_that_do_not_come_as_far()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static line =>
            line.Sequence is 2 or 3 ? RecordAnswer.Later : RecordAnswer.Accept;
        await stage.AppendManyAsync(6);
        await KillInBackOffAsync(stage);
        stage.Destination.AnswerRecord = static line => line.Sequence == 3 ? RecordAnswer.Away : RecordAnswer.Accept;
        await KillInBackOffAsync(stage);

        stage.Destination.AnswerRecord = static _ => RecordAnswer.Accept;
        await DeliverAsync(stage);
        Assert.Equal([1, 4, 5, 6, 2, 3], stage.Destination.Records.Select(line => line.Sequence));
    }

    [Fact]
    public async Task An_aggregated_record_that_is_too_large_alone_is_put_aside_with_its_bytes()
    {
        const int SizeBytesMax = 2000;
        await using var stage = await OpenAsync();
        stage.Destination.Answer = static item =>
            item.Content.Length > SizeBytesMax ? SendResult.TooLarge("413") : SendResult.Accepted;
        var aggregate = Aggregate(30);
        await stage.AppendManyAsync(1);
        await stage.AppendAsync("any", aggregate);
        await DeliverAsync(stage);
        var error = Assert.Single(stage.Errors());
        Assert.Equal(2, error.GetProperty("sequenceNumber").GetInt64());
        Assert.Equal(aggregate.Length, error.GetProperty("rawDataBytes").GetInt32());
        Assert.Equal(aggregate, error.GetProperty("rawData").GetBytesFromBase64());
    }

    [Fact]
    public async Task Of_an_aggregated_record_so_many_are_put_aside_alone_and_the_rest_with_it_once()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static line => line.Sequence == 1 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        var aggregate = Aggregate(2 * Max);
        await stage.AppendAsync("any", aggregate);
        await stage.AppendManyAsync(1);
        await DeliverAsync(stage);
        var errors = stage.Errors();
        Assert.Equal(Max + 1, errors.Count);
        Assert.Equal(
            Enumerable.Range(0, Max),
            errors.Take(Max).Select(error => error.GetProperty("subSequenceNumber").GetInt32()));
        Assert.Equal(aggregate, errors[Max].GetProperty("rawData").GetBytesFromBase64());
        Assert.Equal((1, 1), (stage.Status.DeliveredRecords, stage.Status.RejectedRecords.Total));
    }

    [Fact]
    public async Task Of_a_rejected_record_that_was_evicted_since_what_is_left_of_the_batch_is_sent()
    {
        const int Padding = 30 << 10;
        await using var stage = await OpenAsync(
            static definition => definition with { BufferBytes = 100 << 10, Protect = false }, 256 << 10);
        stage.Destination.AnswerRecord = static line => line.Sequence switch
        {
            1 => RecordAnswer.Accept, 2 => RecordAnswer.Refuse, _ => RecordAnswer.Away,
        };
        await stage.AppendManyAsync(3, padding: Padding);
        await KillInBackOffAsync(stage);
        while (stage.Stream.Shards[0].OldestSequence.Value == 1)
        {
            await stage.AppendManyAsync(1, padding: Padding);
            stage.Store.Tick();
        }

        Assert.Equal(3, stage.Stream.Shards[0].OldestSequence.Value);
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Accept;
        await DeliverAsync(stage);
        Assert.Equal([1L, 3L], stage.Destination.Records.Take(2).Select(line => line.Sequence));
        Assert.Equal((1, 0), (stage.Status.RejectedRecords.Total, stage.Status.EvictedRecords));
        Assert.Equal(-1, Assert.Single(stage.Errors()).GetProperty("rawDataBytes").GetInt32());
        Assert.True(DeliveryAuditor.Audit(stage.Store, stage.Time)[0].AddsUp);
    }

    [Fact]
    public async Task Where_more_was_settled_than_is_left_the_count_of_repeats_does_not_fall()
    {
        const int Records = 400;
        await using var stage = await OpenAsync(
            static definition => definition with { BufferBytes = 256 << 10, Protect = false }, 128 << 10);
        stage.Destination.AnswerRecord = static line =>
            line.Sequence < Records ? RecordAnswer.Accept : RecordAnswer.Away;
        await stage.AppendManyAsync(Records, padding: 100);
        await KillInBackOffAsync(stage);
        while (stage.Stream.Shards[0].OldestSequence.Value < Records / 2)
        {
            await stage.AppendManyAsync(20, padding: 100);
            stage.Store.Tick();
        }

        stage.Destination.AnswerRecord = static _ => RecordAnswer.Accept;
        await DeliverAsync(stage);
        Assert.True(stage.Status.RetriedRecords >= 0, $"{stage.Status.RetriedRecords}");
        await stage.ReopenAsync();
        await DeliverAsync(stage);
        Assert.Equal(stage.Status.AppendedRecords, stage.Status.DeliveredRecords + stage.Status.EvictedRecords);
    }

    [Fact]
    public async Task Without_the_error_stream_what_was_not_put_aside_yet_is_sent_again()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static line => line.Sequence switch
        {
            2 => RecordAnswer.Refuse, 4 => RecordAnswer.Away, _ => RecordAnswer.Accept,
        };
        await stage.AppendManyAsync(4);
        await KillInBackOffAsync(stage);
        stage.Definition = stage.Definition with { ErrorStream = null };
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Accept;
        await DeliverAsync(stage);
        Assert.Equal([1, 3, 2, 4], stage.Destination.Records.Select(line => line.Sequence));
        Assert.Equal((4, 0), (stage.Status.DeliveredRecords, stage.Status.RejectedRecords.Total));
    }

    [Fact]
    public async Task A_batch_of_which_something_is_settled_is_not_halved()
    {
        await using var stage = await OpenAsync();
        var isTooLarge = true;
        stage.Destination.AnswerRecord = line =>
            line.Sequence == 3 && isTooLarge ? RecordAnswer.TooLarge : RecordAnswer.Accept;
        await stage.AppendManyAsync(5);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        isTooLarge = false;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal([1, 2, 3, 4, 5], stage.Destination.Records.Select(line => line.Sequence));
    }

    [Fact]
    public async Task What_a_stream_rejects_that_was_made_anew_is_put_aside_though_its_numbers_were_before()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static line =>
            line.Sequence % 2 == 0 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        await stage.AppendManyAsync(4);
        await DeliverAsync(stage);
        await stage.StopEngineAsync();
        var forgetting = new StateBatch();
        DeliveryEngine.AddForgetting(forgetting, stage.Store, stage.Definition);
        await stage.Store.State.CommitAsync(forgetting);
        await stage.Store.DeleteAsync(DeliveryStage.StreamName);
        await stage.ReopenAsync();
        await stage.AppendManyAsync(4);
        await DeliverAsync(stage);
        Assert.Equal(
            [2, 4, 2, 4], stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()));
        Assert.Equal(2, stage.Status.RejectedRecords.Total);
    }

    [Fact]
    public async Task The_place_of_a_delivery_that_is_gone_goes_with_the_next_rejection()
    {
        await using var stage = await OpenAsync();
        stage.Destination.AnswerRecord = static _ => RecordAnswer.Refuse;
        await stage.AppendManyAsync(1);
        await DeliverAsync(stage);
        await stage.StopEngineAsync();
        Assert.Equal(["backup"], Places(stage));
        var forgetting = new StateBatch();
        DeliveryEngine.AddForgetting(forgetting, stage.Store, stage.Definition);
        await stage.Store.State.CommitAsync(forgetting);

        stage.Definition = stage.Definition with { Name = "other" };
        await DeliverAsync(stage);
        Assert.Equal(["other"], Places(stage));
        Assert.Equal(2, stage.Errors().Count);
    }

    [Fact]
    public async Task An_error_prefix_that_is_refused_holds_nothing_up()
    {
        await using var stage = await OpenAsync(
            static definition => definition with { ErrorPrefix = "!{firehose:error-output-type}/" });
        stage.Destination.Answer = static item => item.Name.StartsWith("scripted-failed/", StringComparison.Ordinal)
            ? SendResult.Rejected("403 AccessDenied") : SendResult.Accepted;
        stage.Destination.AnswerRecord = static line => line.Sequence == 2 ? RecordAnswer.Refuse : RecordAnswer.Accept;
        await stage.AppendManyAsync(3);
        await DeliverAsync(stage);
        Assert.Single(stage.Errors());
        Assert.Equal([1, 3], stage.Destination.Records.Select(line => line.Sequence));
    }

    [Fact]
    public async Task An_error_object_that_is_too_large_is_sent_with_less_of_the_data()
    {
        const int SizeBytesMax = 100 << 10;
        await using var stage = await OpenAsync(
            static definition => definition with { ErrorPrefix = "!{firehose:error-output-type}/" });
        stage.StreamDefinition = stage.StreamDefinition with { SegmentSizeBytes = 1 << 20 };
        await stage.ReopenAsync();
        stage.Destination.Answer = static item =>
            item.Content.Length > SizeBytesMax ? SendResult.TooLarge("413") : SendResult.Accepted;
        await stage.AppendManyAsync(1, padding: SizeBytesMax);
        await DeliverAsync(stage);
        var (name, content) = Assert.Single(stage.Destination.Objects);
        Assert.StartsWith("scripted-failed/", name, StringComparison.Ordinal);
        Assert.InRange(content.Length, 16 << 10, SizeBytesMax);
        Assert.True(Assert.Single(stage.Errors()).GetProperty("rawData").GetBytesFromBase64().Length > SizeBytesMax);
    }

    internal static Task<DeliveryStage> OpenAsync(
        Func<DeliveryDefinition, DeliveryDefinition>? change = null, long? retentionBytes = null) =>
        DeliveryStage.OpenAsync(
            definition =>
            {
                definition = definition with
                {
                    ErrorStream = Errors, Compression = CompressionKind.None, BufferBytes = 1 << 20,
                };
                return change is null ? definition : change(definition);
            },
            retentionBytes: retentionBytes);

    internal static byte[] Aggregate(int count)
    {
        var aggregator = new RecordAggregator();
        for (var i = 0; i < count; i++)
        {
            aggregator.Add($"k{i}", Encoding.UTF8.GetBytes($$"""{"value":{{i}}}"""));
        }

        return aggregator.ToArray();
    }

    private static async Task DeliverAsync(DeliveryStage stage)
    {
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
    }

    private static async Task KillInBackOffAsync(DeliveryStage stage)
    {
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        var copy = stage.CopyOfFolder();
        stage.Destination.Answer = _ => SendResult.Retryable("killed");
        await stage.ReopenAsync(copy);
        stage.Destination.Answer = _ => SendResult.Accepted;
    }

    private static string[] Places(DeliveryStage stage)
    {
        Assert.True(stage.Store.TryGet(Errors, out var stream));
        return [.. stream.Shards[0].Checkpoints.Select(checkpoint => checkpoint.Name.Split('/'))
            .Where(parts => parts[0] == "delivery-errors").Select(parts => parts[1])];
    }
}
