using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

/// <summary>What the rows of a batch take comes out of what all batches share.</summary>
public class RowMemoryTests
{
    private const int Records = 10_000;

    [Fact]
    public void Rows_are_counted_until_the_object_is_written_and_gone()
    {
        var definition = new DeliveryDefinition
        {
            Name = "d",
            Stream = "s",
            Destination = new FolderDestinationOptions { Path = "/srv" },
            Format = RecordFormat.Parquet,
            Compression = CompressionKind.Snappy,
            Columns = new ColumnList([new ColumnDefinition { Name = "a", Type = ColumnType.String }]),
        };
        var memory = new DeliveryMemory(1 << 20);
        using var encoder = new RecordEncoder(BatchForm.Of(definition), definition, "shardId-000000000000", null);
        using (var batch = new Batch(encoder, memory))
        {
            for (var i = 1; i <= Records; i++)
            {
                var record = new StreamRecord
                {
                    Sequence = new SequenceNumber(i),
                    Data = Encoding.UTF8.GetBytes($"{{\"a\":\"{i:D200}\"}}"),
                };
                batch.Add(record.Sequence, null, record.ArrivalTime, encoder.Encode(record));
            }

            Assert.InRange(memory.UsedBytes, batch.LineBytes - (2 * BlockBuffer.BlockBytes), 2 * batch.LineBytes);
            Assert.True(batch.IsShortOfMemory);
            var item = batch.Close("x", new RecordProgress());
            Assert.InRange(memory.UsedBytes, 0, item.Content.Length);
        }

        Assert.Equal(0, memory.UsedBytes);
    }
}
