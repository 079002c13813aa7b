using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

/// <summary>Chunks of records with the sequence numbers 1, 2, 3 …</summary>
internal static class Chunks
{
    public static RecordChunk Of(params IEnumerable<string> data)
    {
        var chunk = new RecordChunk();
        var sequence = 0;
        foreach (var text in data)
        {
            var record = new StreamRecord
            {
                Sequence = new SequenceNumber(++sequence),
                ArrivalTime = Timestamp.From(DeliveryStage.Start),
                EventTime = Timestamp.From(DeliveryStage.Start),
                PartitionKey = "pump"u8,
                Data = Encoding.UTF8.GetBytes(text),
            };
            chunk.Add(record, record.Data);
        }

        return chunk;
    }

    public static string TextOf(TransformAnswer answer) => Encoding.UTF8.GetString(answer.Data.Span);
}
