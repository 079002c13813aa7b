using System.Text;

namespace EdgeStream.Delivery.Tests;

/// <summary>Records go into objects whose names have values of their data.</summary>
public class PartitionedDeliveryTests
{
    private const string ByCustomer = "site/customer=!{partitionKeyFromQuery:customer.id}";

    [Fact]
    public async Task Each_value_has_an_object_of_its_own_with_its_records_in_order()
    {
        await using var stage = await OpenAsync(ByCustomer);
        await AppendAsync(stage, 60, customers: 3);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(3, stage.Destination.Objects.Count);
        foreach (var (name, bytes) in stage.Destination.Objects)
        {
            Assert.Matches(
                @"^site/customer=c[0-2]/2026/11/20/12/backup-[0-9a-f]{8}-shardId-0{12}-0{18}01-0{18}60\.jsonl\.gz$",
                name);
            var lines = DeliveredLine.ReadAll(bytes, isGzip: true);
            Assert.Equal(20, lines.Count);
            Assert.All(lines, line => Assert.Contains($"customer={CustomerOf(line)}/", name));
            Assert.Equal(lines.Select(line => line.Sequence).Order(), lines.Select(line => line.Sequence));
        }

        AssertEachOnce(stage, 60);
        Assert.Equal((3, 60), (stage.Status.DeliveredObjects, stage.Status.DeliveredRecords));
    }

    [Fact]
    public async Task A_time_in_the_prefix_stands_in_the_place_of_the_hour()
    {
        await using var stage = await OpenAsync("!{timestamp:yyyy}/!{partitionKeyFromQuery:n}/!{timestamp:MM-dd}");
        await AppendAsync(stage, 2, customers: 1);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(
            ["2026/0/11-20", "2026/1/11-20"],
            stage.Destination.Objects.Keys.Select(name => name[..name.IndexOf("/backup", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task What_was_taken_of_several_is_not_sent_again_by_the_next_attempt()
    {
        await using var stage = await OpenAsync(ByCustomer);
        var isAway = true;
        stage.Destination.Answer = item => isAway && item.Name.Contains("customer=c1", StringComparison.Ordinal)
            ? SendResult.Retryable("away") : SendResult.Accepted;
        await AppendAsync(stage, 30, customers: 3);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.LastError == "away");
        isAway = false;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(3, stage.Destination.Accepted.Count);
        AssertEachOnce(stage, 30);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_kill_between_the_objects_of_a_batch_loses_and_doubles_nothing(int stored)
    {
        await using var stage = await OpenAsync(ByCustomer);
        string? copy = null;
        stage.Destination.Stored = _ =>
        {
            if (stage.Destination.Accepted.Count == stored)
            {
                copy ??= stage.CopyOfFolder();
            }
        };
        await AppendAsync(stage, 30, customers: 3);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => copy is not null);
        await stage.ReopenAsync(copy!);

        // What has come since is no part of what is sent again, and another prefix changes nothing of it.
        await AppendAsync(stage, 5, customers: 3);
        stage.Definition = stage.Definition with { Prefix = "elsewhere/!{partitionKeyFromQuery:customer.id}" };
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(
            3, stage.Destination.Objects.Keys.Count(name => name.StartsWith("site/", StringComparison.Ordinal)));
        AssertEachOnce(stage, 35);
    }

    [Fact]
    public async Task What_has_no_value_goes_to_the_error_stream()
    {
        await using var stage = await OpenAsync(
            ByCustomer, definition => definition with { ErrorStream = DeliveryDefinition.ErrorStreamDefault });
        await AppendAsync(stage, 2, customers: 1);
        await stage.AppendAsync("k", """{"customer":{"name":"x"}}""");
        await stage.AppendAsync("k", "no json");
        await stage.AppendAsync("k", $$$"""{"customer":{"id":"{{{new string('x', 129)}}}"}}""");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal((2, 3), (stage.Status.DeliveredRecords, stage.Status.RejectedRecords.InvalidData));
        var errors = stage.Errors().Select(error => error.GetProperty("lastErrorMessage").GetString()).ToArray();
        Assert.Contains("There is no value for the column 'customer.id'. It stands in the names of objects.", errors);
        Assert.Contains(errors, error => error!.Contains("has 129 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_make_no_folders_and_different_ones_never_the_same_name()
    {
        string[] values = ["../x", "..", "a/b", "a%2Fb", "a\\b", "a b", "ä", "1", "true", "A", "a"];
        await using var stage = await OpenAsync("!{partitionKeyFromQuery:v}");
        foreach (var value in values)
        {
            await stage.AppendAsync("k", $$"""{"v":"{{value.Replace("\\", "\\\\", StringComparison.Ordinal)}}"}""");
        }

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(values.Length, stage.Destination.Objects.Count);
        Assert.All(stage.Destination.Objects.Keys, name => Assert.Equal(5, name.Count(character => character == '/')));
        Assert.All(stage.Destination.Objects.Keys, name => Assert.True(ObjectName.IsSafe(name), name));
    }

    [Fact]
    public async Task More_values_than_a_batch_divides_into_come_in_several()
    {
        await using var stage = await OpenAsync(ByCustomer);
        await AppendAsync(stage, 300, customers: 150);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEachOnce(stage, 300);
        Assert.All(
            stage.Destination.Objects.Keys.GroupBy(name => name[name.LastIndexOf('/')..]),
            batch => Assert.InRange(batch.Count(), 1, Batch.PartsMax));
    }

    [Theory]
    [InlineData(RecordFormat.Csv, CompressionKind.None, "customer")]
    [InlineData(RecordFormat.Csv, CompressionKind.Snappy, "")]
    [InlineData(RecordFormat.Raw, CompressionKind.None, "{\"customer\"")]
    [InlineData(RecordFormat.Parquet, CompressionKind.None, "PAR1")]
    public async Task Every_format_is_divided(RecordFormat format, CompressionKind compression, string start)
    {
        await using var stage = await OpenAsync(ByCustomer, definition => definition with
        {
            Format = format, Compression = compression,
            Columns = format == RecordFormat.Raw ? ColumnList.Empty
                : new ColumnList(
                [
                    new ColumnDefinition
                    {
                        Name = "customer", Path = "customer.id",
                        Type = format == RecordFormat.Parquet ? ColumnType.String : null,
                    },
                ]),
        });
        await AppendAsync(stage, 20, customers: 2);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(2, stage.Destination.Objects.Count);
        Assert.All(
            stage.Destination.Objects.Values,
            bytes => Assert.StartsWith(start, Encoding.Latin1.GetString(bytes), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_object_that_is_there_is_left_alone_where_records_of_its_batch_have_gone_since()
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { Prefix = ByCustomer, BufferBytes = 120 << 10, Protect = false },
            retentionBytes: 128 << 10);
        string? copy = null;
        stage.Destination.Stored = _ =>
        {
            copy ??= stage.CopyOfFolder();
            stage.Destination.Answer = _ => SendResult.Retryable("killed");
        };
        await AppendAsync(stage, 330, customers: 3, padding: 150);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => copy is not null);
        stage.Destination.Stored = static _ => { };
        var first = stage.Destination.Accepted[0];
        var whole = stage.Destination.Objects[first];
        await stage.ReopenAsync(copy!);
        while (stage.Stream.Shards[0].OldestSequence.Value == 1)
        {
            await AppendAsync(stage, 20, customers: 3, padding: 150);
            stage.Store.Tick();
        }

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(whole, stage.Destination.Objects[first]);
        var lines = stage.Destination.Lines().Select(line => line.Sequence).ToArray();
        Assert.Equal(lines.Length, lines.Distinct().Count());
        var status = stage.Status;
        Assert.True(status.EvictedRecords > 0);
        Assert.Equal(
            stage.Stream.Statistics.AppendedRecords, status.DeliveredRecords + status.EvictedRecords);
    }

    [Theory]
    [InlineData("a/!{partitionKeyFromQuery:}", "path is none")]
    [InlineData("a/!{partitionKeyFromQuery:x[}", "path is none")]
    [InlineData("a/!{partitionKeyFromLambda:x}", "needs a function")]
    [InlineData("a/!{firehose:random-string}", "'firehose'")]
    [InlineData("/!{partitionKeyFromQuery:x}", "cannot start object names")]
    [InlineData("a/!{timestamp:QQ}", "time's pattern")]
    [InlineData("a/!{timestamp:yyyy", "no '}'")]
    public void What_is_wrong_with_a_prefix_is_named(string prefix, string message)
    {
        var definition = new DeliveryDefinition
        {
            Name = "d", Stream = "s", Destination = new ScriptedDestination().Options, Prefix = prefix,
        };
        Assert.Contains(message, Assert.Single(definition.Validate()).Message);
    }

    private static Task<DeliveryStage> OpenAsync(
        string prefix, Func<DeliveryDefinition, DeliveryDefinition>? change = null) => DeliveryStage.OpenAsync(
            definition => (change ?? (static same => same))(definition with { Prefix = prefix }));

    private static async Task AppendAsync(DeliveryStage stage, int count, int customers, int padding = 0)
    {
        for (var i = 0; i < count; i++)
        {
            var text = new string('x', padding);
            await stage.AppendAsync(
                "k", $$"""{"customer":{"id":"c{{i % customers}}"},"n":{{i}},"padding":"{{text}}"}""");
        }
    }

    private static string CustomerOf(DeliveredLine line) =>
        line.Json.GetProperty("data").GetProperty("customer").GetProperty("id").GetString()!;

    private static void AssertEachOnce(DeliveryStage stage, int count) => Assert.Equal(
        Enumerable.Range(1, count).Select(i => (long)i),
        stage.Destination.Lines().Select(line => line.Sequence).Order());
}
