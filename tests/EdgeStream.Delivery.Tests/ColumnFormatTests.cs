using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>Deliveries whose objects have columns, as DuckDB reads them.</summary>
public class ColumnFormatTests
{
    private static readonly ColumnList Columns = new(
    [
        new ColumnDefinition { Name = "n", Field = RecordField.Sequence },
        new ColumnDefinition { Name = "key", Field = RecordField.Key },
        new ColumnDefinition { Name = "celsius", Path = "t.value", Type = ColumnType.Double },
        new ColumnDefinition { Name = "first", Path = "$.list[0]", Type = ColumnType.Int32 },
        new ColumnDefinition { Name = "text", Path = "$['a.b']", Type = ColumnType.String },
    ]);

    [Fact]
    public async Task Configured_columns_are_found_in_the_data_and_what_does_not_fit_is_left_out_and_counted()
    {
        await using var stage = await OpenAsync(Columns);
        await stage.AppendAsync("a", """{"t":{"value":20.5},"list":[7,8],"a.b":"x\u00fc"}""");
        await stage.AppendAsync("b", """{"t":{"value":"warm"},"list":[3000000000],"a.b":{"c":1}}""");
        await stage.AppendAsync("c", """{"t":null,"list":[],"a.b":12}""");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(
            [
                "n:BIGINT|key:VARCHAR|celsius:DOUBLE|first:INTEGER|text:VARCHAR",
                "1|a|20.5|7|xü",
                "2|b|-|-|{\"c\":1}",
                "3|c|-|-|12",
            ],
            await RowsAsync(stage));
        Assert.Equal((3, 2), (stage.Status.DeliveredRecords, stage.Status.UnfitValues));
        Assert.EndsWith(".parquet", stage.Destination.Objects.Single().Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_that_are_discovered_stay_and_new_ones_stand_in_later_objects()
    {
        await using var stage = await OpenAsync(ColumnList.Empty);
        await stage.StartAsync();
        await stage.AppendAsync("a", """{"t":20,"on":true,"pos":{"x":1.5,"tags":["u"]},"none":null}""");
        await stage.AppendAsync("a", """{"t":"hot","T":1,"key":"own"}""");
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        await stage.ReopenAsync();
        await stage.StartAsync();
        await stage.AppendAsync("a", """{"none":5,"on":false}""");
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        const string First = "stream:VARCHAR|shard:VARCHAR|sequence:BIGINT|subSequence:INTEGER|key:VARCHAR|"
            + "eventTime:TIMESTAMP WITH TIME ZONE|arrivalTime:TIMESTAMP WITH TIME ZONE|t:DOUBLE|on:BOOLEAN|"
            + "pos.x:DOUBLE|pos.tags:VARCHAR|T_2:DOUBLE|key_2:VARCHAR";
        var rows = await RowsAsync(stage);
        Assert.Equal([First, First + "|none:DOUBLE"], [rows[0], rows[3]]);
        Assert.Equal("20|true|1.5|[\"u\"]|-|-", Tail(rows[1], 6));
        Assert.Equal("-|-|-|-|1|own", Tail(rows[2], 6));
        Assert.Equal("-|false|-|-|-|-|5", Tail(rows[4], 7));
    }

    [Fact]
    public async Task A_record_that_is_no_row_goes_to_the_error_stream_and_is_in_no_object()
    {
        await using var stage = await OpenAsync(
            new ColumnList(
                [.. Columns, new ColumnDefinition { Name = "id", Type = ColumnType.Int64, IsRequired = true }]),
            errors: "errors");
        await stage.AppendAsync("a", """{"id":1}""");
        await stage.AppendAsync("b", "not json");
        await stage.AppendAsync("c", """{"id":"two"}""");
        await stage.AppendAsync("d", """{"id":4.0}""");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(["1|a|-|-|-|1", "4|d|-|-|-|4"], (await RowsAsync(stage)).Skip(1));
        Assert.Equal(
            (4, 2, 2, 0), (
                stage.Status.AppendedRecords, stage.Status.DeliveredRecords, stage.Status.RejectedRecords.Total,
                stage.Status.EvictedRecords));
        Assert.Equal([2, 3], stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()));
        Assert.Equal(
            "The value of the column 'id' is no int64.",
            stage.Errors()[1].GetProperty("lastErrorMessage").GetString());
    }

    [Fact]
    public async Task Records_of_which_none_is_a_row_make_no_object()
    {
        await using var stage = await OpenAsync(ColumnList.Empty, errors: "errors");
        for (var i = 0; i < 300; i++)
        {
            await stage.AppendAsync("a", "[]");
        }

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Empty(stage.Destination.Objects);
        Assert.Equal((300, 0), (stage.Status.RejectedRecords.Total, stage.Status.DeliveredObjects));
        Assert.Equal(300, stage.Errors().Count);
    }

    [Fact]
    public async Task Columns_that_were_given_are_forgotten_when_they_are_discovered_instead()
    {
        await using var stage = await OpenAsync(Columns);
        await stage.AppendAsync("a", """{"t":{"value":1}}""");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        await stage.ReopenAsync();
        stage.Definition = stage.Definition with { Columns = ColumnList.Empty };
        await stage.StartAsync();
        await stage.AppendAsync("a", """{"t":{"value":2}}""");
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.EndsWith("arrivalTime:TIMESTAMP WITH TIME ZONE|t.value:DOUBLE", (await RowsAsync(stage))[2]);
    }

    [Fact]
    public async Task Without_an_error_stream_such_a_record_holds_those_behind_it_up()
    {
        await using var stage = await OpenAsync(ColumnList.Empty);
        await stage.AppendAsync("a", """{"t":1}""");
        await stage.AppendAsync("a", "no row");
        await stage.AppendAsync("a", """{"t":3}""");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.LastError?.Contains("no error stream") == true);
        Assert.Equal((1, 2), (stage.Status.DeliveredRecords, stage.Status.BacklogRecords));
    }

    [Theory]
    [InlineData(RecordFormat.Parquet, CompressionKind.Snappy)]
    [InlineData(RecordFormat.Csv, CompressionKind.Zip)]
    public async Task A_batch_that_may_have_arrived_is_sent_again_byte_by_byte(
        RecordFormat format, CompressionKind compression)
    {
        var columns = format == RecordFormat.Csv
            ? new ColumnList([new ColumnDefinition { Name = "t" }]) : ColumnList.Empty;
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            Format = format, Compression = compression, Columns = columns, ErrorStream = "errors",
        });
        await stage.StartAsync();
        var folder = "";
        stage.Destination.Stored = _ => folder = folder.Length == 0 ? stage.CopyOfFolder() : folder;
        await stage.AppendAsync("a", """{"t":1,"u":"x"}""");
        await stage.AppendAsync("a", "[]");
        await stage.AppendAsync("a", """{"t":2}""");
        await stage.AdvanceUntilAsync(() => folder.Length > 0);
        var sent = stage.Destination.Objects.Single();
        await stage.ReopenAsync(folder);
        stage.Definition = stage.Definition with
        {
            Format = RecordFormat.JsonLines, Columns = ColumnList.Empty, Compression = CompressionKind.None,
        };
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(2, stage.Destination.Accepted.Count);
        Assert.Equal(sent.Key, stage.Destination.Objects.Single().Key);
        Assert.Equal(sent.Value, stage.Destination.Objects.Single().Value);
        Assert.Equal(format == RecordFormat.Csv ? 0 : 1, stage.Errors().Count);
    }

    [Fact]
    public async Task Csv_quotes_what_needs_it_and_tells_nothing_from_an_empty_text()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            Format = RecordFormat.Csv,
            Compression = CompressionKind.None,
            Delimiter = "\r\n",
            Columns = new ColumnList(
            [
                new ColumnDefinition { Name = "sequence", Field = RecordField.Sequence },
                new ColumnDefinition { Name = "at,z", Field = RecordField.EventTime },
                new ColumnDefinition { Name = "a" },
                new ColumnDefinition { Name = "b", Path = "$.o.b" },
            ]),
        });
        await stage.AppendAsync("k", """{"a":"say \"hi\",\nyou","o":{"b":[1, 2]}}""");
        await stage.AppendAsync("k", """{"a":"","o":{"b":null}}""");
        await stage.AppendAsync("k", """{"a":1.50,"o":{"b":"plain"}}""");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        var (name, bytes) = stage.Destination.Objects.Single();
        Assert.EndsWith(".csv", name, StringComparison.Ordinal);
        Assert.Equal(
            "sequence,\"at,z\",a,b\r\n"
            + "1,2026-11-20T12:34:56.789Z,\"say \"\"hi\"\",\nyou\",\"[1, 2]\"\r\n"
            + "2,2026-11-20T12:34:56.789Z,\"\",\r\n"
            + "3,2026-11-20T12:34:56.789Z,1.50,plain\r\n",
            Encoding.UTF8.GetString(bytes));
        Assert.Equal("3|2026-11-20T12:34:56.789Z|1.50|plain", (await RowsAsync(stage, ".csv"))[^1]);
    }

    [Theory]
    [InlineData(RecordFormat.Parquet, CompressionKind.Snappy, ".parquet")]
    [InlineData(RecordFormat.Csv, CompressionKind.None, ".csv")]
    public async Task A_column_tells_what_is_history(
        RecordFormat format, CompressionKind compression, string extension)
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            Format = format,
            Compression = compression,
            LiveFirst = true,
            Columns = new ColumnList(
            [
                new ColumnDefinition { Name = "n", Field = RecordField.Sequence },
                new ColumnDefinition { Name = "waited", Field = RecordField.Historical },
            ]),
        });
        await stage.AppendManyAsync(2);
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await stage.AppendManyAsync(1);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(
            ["1|true", "2|true", "3|false"],
            (await RowsAsync(stage, extension)).Where(static row => !row.StartsWith("n:", StringComparison.Ordinal)));
    }

    private static string Tail(string row, int cells) => string.Join('|', row.Split('|')[^cells..]);

    private static Task<DeliveryStage> OpenAsync(ColumnList columns, string? errors = null) =>
        DeliveryStage.OpenAsync(definition => definition with
        {
            Format = RecordFormat.Parquet,
            Compression = CompressionKind.Snappy,
            Columns = columns,
            ErrorStream = errors,
        });

    private static async Task<IReadOnlyList<string>> RowsAsync(DeliveryStage stage, string extension = ".parquet")
    {
        using var folder = new TemporaryFolder();
        var files = new List<string>();
        foreach (var content in stage.Destination.Objects.Values)
        {
            files.Add(folder.Combine($"{files.Count}{extension}"));
            await File.WriteAllBytesAsync(files[^1], content);
        }

        var read = await NodePackages.RunAsync("rows.mjs", [.. files]);
        Assert.True(read.ExitCode == 0, read.ToString());
        return read.Output.TrimEnd('\n').Split('\n');
    }
}
