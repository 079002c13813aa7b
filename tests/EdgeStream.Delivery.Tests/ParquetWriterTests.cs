using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Delivery.Tests;

public class ParquetWriterTests
{
    [Fact]
    public void A_file_of_two_rows_is_these_bytes()
    {
        var file = Write(CompressionKind.None, writer =>
        {
            writer.Buffers[0].AddNumber(1);
            writer.Buffers[1].AddText("a"u8);
            writer.EndRow(8);
            writer.Buffers[0].AddNumber(3);
            writer.Buffers[1].AddNull();
            writer.EndRow(8);
        });
        Assert.Equal(Frozen, Convert.ToHexString(file));
    }

    [Fact]
    public void A_file_begins_and_ends_with_its_mark_and_the_length_of_the_footer()
    {
        var file = Write(CompressionKind.Snappy, _ => { });
        Assert.Equal("PAR1", Encoding.ASCII.GetString(file[..4]));
        Assert.Equal("PAR1", Encoding.ASCII.GetString(file[^4..]));
        Assert.Equal(file.Length - 12, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8)));
    }

    [Fact]
    public void A_column_that_comes_later_is_empty_in_the_rows_before_it_and_none_comes_behind_a_row_group()
    {
        using var output = new MemoryStream();
        using var writer = new ParquetWriter(output, CompressionKind.None, groupSizeBytes: 100);
        writer.AddColumn(new ParquetColumn("a", ColumnType.Int64, false));
        writer.Buffers[0].AddNumber(1);
        writer.EndRow(8);
        writer.AddColumn(new ParquetColumn("b", ColumnType.Int64, false));
        Assert.Equal((1, 0), (writer.Buffers[1].RowCount, writer.Buffers[1].ValueCount));
        Assert.Throws<InvalidOperationException>(
            () => writer.AddColumn(new ParquetColumn("c", ColumnType.Int64, true)));
        writer.Buffers[0].AddNumber(2);
        writer.Buffers[1].AddNumber(2);
        writer.EndRow(100);
        Assert.False(writer.TakesColumns);
        Assert.Throws<InvalidOperationException>(
            () => writer.AddColumn(new ParquetColumn("d", ColumnType.Int64, false)));
    }

    [Theory]
    [InlineData(CompressionKind.Zip)]
    [InlineData(CompressionKind.HadoopSnappy)]
    public void A_compression_that_Parquet_does_not_have_is_refused(CompressionKind compression) =>
        Assert.Throws<ArgumentException>(() => Write(compression, _ => { }));

    private static byte[] Write(CompressionKind compression, Action<ParquetWriter> addRows)
    {
        using var output = new MemoryStream();
        using var writer = new ParquetWriter(output, compression);
        writer.AddColumn(new ParquetColumn("n", ColumnType.Int32, IsRequired: true));
        writer.AddColumn(new ParquetColumn("s", ColumnType.String, IsRequired: false));
        addRows(writer);
        writer.End();
        return output.ToArray();
    }

    private const string Frozen =
        "504152311500151015102C1504150015061506000001000000030000001500151615162C150415001506150600000200"
        + "0000030101000000611502193C4806736368656D611504001502250018016E00150C250218017325004C1C0000001604"
        + "191C192C26001C1502192500061918016E150016041632163226083C3600280403000000180401000000111100000026"
        + "001C150C19250006191801731500160416381638263A3C36022801611801611111000000166A16042608166A00281E45"
        + "64676553747265616D2076657273696F6E203120286275696C64203129192C1C00001C000000AD00000050415231";
}
