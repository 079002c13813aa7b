
namespace EdgeStream.Delivery.Tests;

public class ColumnLayoutTests
{
    private const string Text =
        "h\nn\tint64\t1\t#sequence\ncelsius\tdouble\t0\tt.value\nodd\tstring\t0\t$['a\\'b.c'][2]\n";

    private static readonly DeliveryDefinition Csv = new()
    {
        Name = "d",
        Stream = "s",
        Destination = new FolderDestinationOptions { Path = "/srv" },
        Format = RecordFormat.Csv,
        Columns = new ColumnList([new ColumnDefinition { Name = "a" }]),
    };

    private static readonly DeliveryDefinition Parquet = Csv with
    {
        Format = RecordFormat.Parquet,
        Columns = new ColumnList([new ColumnDefinition { Name = "a", Type = ColumnType.Double }]),
    };

    [Fact]
    public void A_layout_is_this_text_for_ever()
    {
        var layout = ColumnLayout.Read(Text);
        Assert.Equal(Text, ColumnLayout.TextOf(layout));
        Assert.Equal(new LayoutColumn("n", ColumnType.Int64, true, RecordField.Sequence, ""), layout!.Columns[0]);
        Assert.True(layout is { HasHeader: true, IsOpen: false });
    }

    [Theory]
    [InlineData("h\nn\tint65\t1\t#sequence\n")]
    [InlineData("h\nn\tint64\t2\t#sequence\n")]
    [InlineData("h\nn\tint64\t1\t#nothing\n")]
    [InlineData("h\nn\tint64\t1\ta..b\n")]
    [InlineData("h\nn\tint64\t1\ta")]
    [InlineData("h")]
    public void Another_text_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => ColumnLayout.Read(text));

    [Fact]
    public void Numbers_and_words_that_reach_the_disk_are_frozen()
    {
        Assert.Equal(
            "string boolean int32 int64 float double bytes timestamp-millis timestamp-micros",
            string.Join(' ', ColumnWords.Types));
        Assert.Equal(
            "stream shard sequence subSequence key eventTime arrivalTime data historical",
            string.Join(' ', ColumnWords.Fields));
        Assert.Equal("none gzip zip snappy hadoop-snappy zstd", string.Join(' ', CompressionForm.All));
        Assert.Equal((2, 3), ((int)RecordFormat.Csv, (int)RecordFormat.Parquet));
    }

    [Theory]
    [InlineData("", "a", true)]
    [InlineData("$", "", true)]
    [InlineData("a.b[0].c", "a b 0 c", true)]
    [InlineData("$.a['b.c']['d\\'e\\\\']", "a b.c d'e\\", true)]
    [InlineData("[3]", "3", true)]
    [InlineData("a.", "", false)]
    [InlineData(".a", "", false)]
    [InlineData("a[x]", "", false)]
    [InlineData("a[1", "", false)]
    [InlineData("a['b'", "", false)]
    [InlineData("a]b", "", false)]
    public void Paths_are_names_and_places(string text, string steps, bool isPath)
    {
        if (text.Length == 0)
        {
            text = ColumnPath.TextOf(["a"]);
        }

        Assert.Equal(isPath, ColumnPath.TryParse(text, out var found));
        if (isPath)
        {
            Assert.Equal(steps, string.Join(' ', found.Select(step => step.Name ?? $"{step.Index}")));
        }
    }

    [Fact]
    public void A_discovered_name_leads_to_its_path_again()
    {
        string[] names = ["a.b", "", "it's", "back\\slash", "$", "[0]", "ü"];
        Assert.True(ColumnPath.TryParse(ColumnPath.TextOf(names), out var steps));
        Assert.Equal(names, steps.Select(step => step.Name));
    }

    public static TheoryData<DeliveryDefinition, string> Refused() => new()
    {
        { Csv with { Columns = ColumnList.Empty }, "csv needs a list of columns" },
        { Csv with { Columns = Parquet.Columns }, "has a type, which is for parquet" },
        { Csv with { Delimiter = ";" }, "ends a line of csv" },
        { Csv with { Format = RecordFormat.JsonLines }, "are for the formats csv and parquet only" },
        { Parquet with { Compression = CompressionKind.Zip }, "zip is not for parquet" },
        { Parquet with { Compression = CompressionKind.HadoopSnappy }, "hadoop-snappy is not for parquet" },
        { Parquet with { Delimiter = "\n" }, "raw format only" },
        { Parquet with { Columns = Csv.Columns }, "has no type" },
        { With(new() { Name = "a\tb", Type = ColumnType.Double }), "is no name" },
        { With(new() { Name = new('x', 129), Type = ColumnType.Double }), "is no name" },
        { With(new() { Name = "A", Type = ColumnType.Double }), "is there twice" },
        { With(new() { Name = "b", Path = "a..b", Type = ColumnType.Double }), "is no path" },
        { With(new() { Name = "b", Path = "b", Field = RecordField.Key }), "has a path and a field" },
        { With(new() { Name = "b", Field = RecordField.Key, Type = ColumnType.Double }), "cannot be double" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_is_refused_and_said(DeliveryDefinition definition, string text) =>
        Assert.Contains(text, Assert.Single(definition.Validate()).Message, StringComparison.Ordinal);

    [Fact]
    public void Columns_that_would_fill_the_ledger_are_refused()
    {
        var many = new ColumnList(Enumerable.Range(0, 200).Select(
            i => new ColumnDefinition { Name = $"{new string('x', 100)}{i}", Type = ColumnType.Double }));
        Assert.Contains("16384 bytes", Assert.Single((Parquet with { Columns = many }).Validate()).Message);
        Assert.Empty(Csv.Validate());
        Assert.Empty(Parquet.Validate());
        Assert.Equal(
            Parquet.Columns, new ColumnList([new ColumnDefinition { Name = "a", Type = ColumnType.Double }]));
    }

    private static DeliveryDefinition With(ColumnDefinition column) =>
        Parquet with { Columns = new ColumnList([.. Parquet.Columns, column]) };
}
