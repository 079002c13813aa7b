using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class DeliveryFormatConfigTests
{
    [Fact]
    public void Columns_are_those_of_the_file()
    {
        var delivery = Assert.Single(ConfigText.Parse("""
            deliveries:
              - name: warehouse
                format: parquet
                columns:
                  - {name: device, field: key}
                  - {name: celsius, path: "t[0].v", type: double, required: true}
                folder: {path: warehouse}
            """).Deliveries);
        Assert.Equal(
            (RecordFormat.Parquet, CompressionKind.Snappy, true),
            (delivery.Format, delivery.Compression, delivery.HasHeader));
        Assert.Equal(
            new ColumnList(
            [
                new ColumnDefinition { Name = "device", Field = RecordField.Key },
                new ColumnDefinition
                {
                    Name = "celsius", Path = "t[0].v", Type = ColumnType.Double, IsRequired = true,
                },
            ]),
            delivery.Columns);
    }

    [Fact]
    public void Every_word_for_a_compression_is_taken() => Assert.All(
        CompressionForm.All,
        word => Assert.Equal(
            word,
            CompressionForm.WordOf(Assert.Single(ConfigText.Parse(
                $"deliveries: [{{name: d, compression: {word}, folder: {{path: x}}}}]").Deliveries).Compression)));

    [Fact]
    public void Csv_ends_lines_and_begins_as_the_file_says()
    {
        var delivery = Assert.Single(ConfigText.Parse("""
            deliveries:
              - {name: d, format: csv, header: false, delimiter: "\r\n", columns: [{name: a}], folder: {path: x}}
            """).Deliveries);
        Assert.Equal((RecordFormat.Csv, "\r\n", false), (delivery.Format, delivery.Delimiter, delivery.HasHeader));
    }
}
