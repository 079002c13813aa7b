using System.Text;
using System.Text.Json;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

public sealed class TransformedDeliveryTests
{
    private static readonly TransformDefinition Warm = new() { Where = "t > 20", Select = "t, t * 2 AS twice" };

    private static Task<DeliveryStage> OpenAsync(TransformDefinition transform, string? errorStream = "errors") =>
        DeliveryStage.OpenAsync(definition => definition with
        {
            Transform = transform,
            Format = RecordFormat.Raw,
            Delimiter = "\n",
            Compression = CompressionKind.None,
            ErrorStream = errorStream,
        });

    [Fact]
    public async Task Only_what_the_transform_leaves_goes_out_as_it_was_made()
    {
        await using var stage = await OpenAsync(Warm);
        await stage.StartAsync();
        foreach (var t in new[] { 19, 21, 5, 30, 0 })
        {
            await stage.AppendAsync("k", $$"""{"t":{{t}},"x":1}""");
        }

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        Assert.Equal("""{"t":21,"twice":42}""" + "\n" + """{"t":30,"twice":60}""" + "\n", TextOf(stage));
        Assert.Equal((2, 3, 0), (
            stage.Status.DeliveredRecords, stage.Status.FilteredRecords, stage.Status.EvictedRecords));
        AssertAddsUp(stage, filtered: 3);
    }

    [Fact]
    public async Task Batch_of_which_nothing_is_left_is_done_without_an_object()
    {
        await using var stage = await OpenAsync(Warm);
        await stage.StartAsync();
        await stage.AppendManyAsync(5);

        await stage.AdvanceUntilAsync(() => stage.Status.FilteredRecords == 5);

        Assert.Empty(stage.Destination.Objects);
        Assert.Equal((0, 0), (stage.Status.BacklogRecords, stage.Status.DeliveredObjects));
        AssertAddsUp(stage, filtered: 5);
    }

    [Fact]
    public async Task Record_that_cannot_be_transformed_goes_to_the_error_stream_as_it_was()
    {
        await using var stage = await OpenAsync(Warm with { Where = null });
        var errors = await stage.Store.CreateOrUpdateAsync(new StreamDefinition { Name = "errors" });
        await stage.StartAsync();
        await stage.AppendAsync("k", """{"t":1}""");
        await stage.AppendAsync("k", "no object");
        await stage.AppendAsync("k", """{"t":2}""");

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        Assert.Equal("""{"t":1,"twice":2}""" + "\n" + """{"t":2,"twice":4}""" + "\n", TextOf(stage));
        Assert.Equal(1, stage.Status.RejectedRecords[RejectionReason.InvalidData]);
        using var error = JsonDocument.Parse(FirstOf(errors));
        Assert.Equal("Transform.NotJson", error.RootElement.GetProperty("lastErrorCode").GetString());
        Assert.Equal("no object"u8.ToArray(), error.RootElement.GetProperty("rawData").GetBytesFromBase64());
        AssertAddsUp(stage, filtered: 0);
    }

    [Fact]
    public async Task Without_an_error_stream_such_a_record_holds_up_those_behind_it_visibly()
    {
        await using var stage = await OpenAsync(Warm with { Where = null }, errorStream: null);
        await stage.StartAsync();
        await stage.AppendAsync("k", """{"t":1}""");
        await stage.AppendAsync("k", "no object");
        await stage.AppendAsync("k", """{"t":2}""");

        await stage.AdvanceUntilAsync(
            () => stage.Status is { DeliveredRecords: 1, LastError: { } error }
                && error.Contains("no JSON object", StringComparison.Ordinal));

        Assert.Equal(2, stage.Status.BacklogRecords);
    }

    [Fact]
    public async Task Batch_that_may_have_arrived_is_made_again_as_it_was()
    {
        await using var stage = await OpenAsync(Warm);
        await stage.StartAsync();
        var folder = "";
        stage.Destination.Stored = _ => folder = folder.Length == 0 ? stage.CopyOfFolder() : folder;
        foreach (var t in new[] { 21, 3, 22 })
        {
            await stage.AppendAsync("k", $$"""{"t":{{t}}}""");
        }

        await stage.AdvanceUntilAsync(() => folder.Length > 0);
        var before = Assert.Single(stage.Destination.Objects);

        await stage.ReopenAsync(folder);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        var after = Assert.Single(stage.Destination.Objects);
        Assert.Equal(before.Key, after.Key);
        Assert.Equal(before.Value, after.Value);
        Assert.Equal((2, 1), (stage.Status.DeliveredRecords, stage.Status.FilteredRecords));
        AssertAddsUp(stage, filtered: 1);
    }

    [Fact]
    public async Task Process_is_asked_about_what_the_condition_leaves_in_order()
    {
        // Answers each line with the record's number, drops the third it is asked about, and fails the fourth.
        const string Script = """
            n=0
            while read -r line; do
              n=$((n+1)); id=$(echo "$line" | sed 's/.*"recordId":"\([^"]*\)".*/\1/')
              case $n in
                3) echo "{\"recordId\":\"$id\",\"result\":\"Dropped\"}";;
                4) echo "{\"recordId\":\"$id\",\"result\":\"ProcessingFailed\"}";;
                *) echo "{\"recordId\":\"$id\",\"result\":\"Ok\",\"data\":$n}";;
              esac
            done
            """;
        await using var stage = await OpenAsync(new TransformDefinition
        {
            Where = "value <> 1",
            Process = new ProcessTransformOptions { Command = ["sh", "-c", Script] },
        });
        await stage.Store.CreateOrUpdateAsync(new StreamDefinition { Name = "errors" });
        await stage.AppendManyAsync(7);
        await stage.StartAsync();

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        Assert.Equal("1\n2\n5\n6\n", TextOf(stage));
        Assert.Equal((4, 2, 1), (
            stage.Status.DeliveredRecords, stage.Status.FilteredRecords, stage.Status.RejectedRecords.Total));
        AssertAddsUp(stage, filtered: 2);
    }

    [Fact]
    public async Task Many_records_go_through_a_process_in_batches_and_none_is_lost()
    {
        const string Echo = @"sed -u 's/""recordId"":""\([^""]*\)"".*""data"":\(.*\)}$/"
            + @"""recordId"":""\1"",""result"":""Ok"",""data"":\2}/'";
        await using var stage = await OpenAsync(new TransformDefinition
        {
            Process = new ProcessTransformOptions { Command = ["sh", "-c", Echo] },
        });
        stage.Definition = stage.Definition with { BufferBytes = 10_000 };
        await stage.AppendManyAsync(1700);
        await stage.StartAsync();

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        var lines = TextOf(stage).TrimEnd('\n').Split('\n');
        Assert.Equal(
            Enumerable.Range(0, 1700).Select(number => $$"""{"value":{{number}},"padding":""}"""), lines);
        Assert.True(stage.Destination.Objects.Count > 3);
        AssertAddsUp(stage, filtered: 0);
    }

    [Fact]
    public async Task Batch_goes_out_as_far_as_the_transform_has_answered()
    {
        // Answers 700 lines of each start, so the second question fails again and again.
        const string Tired = @"sed -u -e 's/""recordId"":""\([^""]*\)"".*""data"":\(.*\)}$/"
            + @"""recordId"":""\1"",""result"":""Ok"",""data"":\2}/' -e '700q'";
        await using var stage = await OpenAsync(new TransformDefinition
        {
            Process = new ProcessTransformOptions { Command = ["sh", "-c", Tired] },
        });
        await stage.AppendManyAsync(2000);
        await stage.StartAsync();

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        Assert.Equal(2000, TextOf(stage).TrimEnd('\n').Split('\n').Length);
        Assert.Equal(2000, stage.Status.DeliveredRecords);
    }

    [Fact]
    public async Task Record_that_was_rejected_before_it_is_filtered_stays_rejected()
    {
        await using var stage = await OpenAsync(Warm with { Where = null });
        var errors = new StreamDefinition { Name = "errors" };
        await stage.Store.CreateOrUpdateAsync(errors);
        await stage.StartAsync();
        var folder = "";
        stage.Destination.Stored = _ => folder = folder.Length == 0 ? stage.CopyOfFolder() : folder;
        await stage.AppendAsync("k", "no object");
        await stage.AppendAsync("k", """{"t":30}""");
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        await stage.ReopenAsync(folder);
        stage.Definition = stage.Definition with { Transform = new TransformDefinition { Where = "t > 20" } };
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        Assert.Equal(
            2, stage.Status.DeliveredRecords + stage.Status.FilteredRecords + stage.Status.RejectedRecords.Total);
        Assert.True(Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time)).AddsUp);
    }

    [Theory]
    [InlineData("exit 3")]
    [InlineData("echo nonsense")]
    public async Task A_record_over_which_the_process_fails_each_time_does_not_hold_up_the_others(string failing)
    {
        const string Echo = @"sed 's/""recordId"":""\([^""]*\)"".*""data"":\(.*\)}$/"
            + @"""recordId"":""\1"",""result"":""Ok"",""data"":\2}/'";
        await using var stage = await OpenAsync(new TransformDefinition
        {
            Process = new ProcessTransformOptions
            {
                Command =
                [
                    "sh", "-c",
                    $"while read -r line; do case $line in *bad*) {failing};; *) echo \"$line\" | {Echo};; esac; done",
                ],
            },
        });
        await stage.Store.CreateOrUpdateAsync(new StreamDefinition { Name = "errors" });
        await stage.StartAsync();
        await stage.AppendAsync("k", "\"bad alone\"");
        await stage.AdvanceUntilAsync(() => stage.Status.LastError is not null);
        Assert.Equal((1, 0), (stage.Status.BacklogRecords, stage.Status.RejectedRecords.Total));

        // What comes behind it shows whose fault it is.
        foreach (var data in new[] { "1", "2", "\"bad too\"", "3" })
        {
            await stage.AppendAsync("k", data);
        }

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        Assert.Equal("1\n2\n3\n", TextOf(stage));
        Assert.Equal(
            ["Transform.Failed", "Transform.Failed"],
            stage.Errors().Select(error => error.GetProperty("lastErrorCode").GetString()));
        Assert.Equal(
            ["\"bad alone\"", "\"bad too\""],
            stage.Errors().Select(error => Encoding.UTF8.GetString(
                error.GetProperty("rawData").GetBytesFromBase64())));
        AssertAddsUp(stage, filtered: 0);
    }

    [Fact]
    public async Task Objects_of_records_that_failed_are_named_by_what_has_failed()
    {
        await using var stage = await OpenAsync(Warm with { Where = null });
        stage.Definition = stage.Definition with
        {
            Format = RecordFormat.Parquet,
            Delimiter = "",
            Columns = new ColumnList([new ColumnDefinition { Name = "t", Type = ColumnType.Int32, IsRequired = true }]),
            ErrorPrefix = "!{firehose:error-output-type}/",
        };
        await stage.Store.CreateOrUpdateAsync(new StreamDefinition { Name = "errors" });
        foreach (var data in new[] { "no object", "still none", """{"t":"warm"}""", """{"t":1}""", "none" })
        {
            await stage.AppendAsync("k", data);
        }

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);

        Assert.Equal(
            ["format-conversion-failed 3 3", "processing-failed 1 2", "processing-failed 5 5"],
            stage.Destination.Objects.Keys.Where(name => name.Contains("-failed/", StringComparison.Ordinal)).Select(
                name => $"{name.Split('/')[0]} {name.Split('-')[^2].TrimStart('0')} "
                    + name.Split('-')[^1].Split('.')[0].TrimStart('0')).Order());
    }

    [Fact]
    public async Task Transform_that_does_not_answer_holds_up_visibly_and_nothing_is_lost()
    {
        await using var stage = await OpenAsync(new TransformDefinition
        {
            Process = new ProcessTransformOptions { Command = ["sh", "-c", "exit 7"] },
        });
        await stage.AppendManyAsync(3);
        await stage.StartAsync();

        await stage.AdvanceUntilAsync(
            () => stage.Status.LastError?.Contains("The transform 'sh' has ended", StringComparison.Ordinal) == true);

        Assert.Equal((3, 0), (stage.Status.BacklogRecords, stage.Status.DeliveredRecords));
    }

    private static string TextOf(DeliveryStage stage) => string.Concat(
        stage.Destination.Objects.OrderBy(item => item.Key, StringComparer.Ordinal)
            .Select(item => Encoding.UTF8.GetString(item.Value)));

    private static string FirstOf(DataStream errors)
    {
        using var reader = errors.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        Assert.True(reader.TryRead(out var record));
        return Encoding.UTF8.GetString(record.Data);
    }

    private static void AssertAddsUp(DeliveryStage stage, long filtered)
    {
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, audit.Problem);
        Assert.Equal(filtered, audit.Hours.Sum(hour => hour.Filtered));
    }
}
