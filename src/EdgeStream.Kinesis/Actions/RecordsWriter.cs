using System.Text;
using System.Text.Unicode;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Writes records from the log's own bytes into an answer or event.</summary>
/// <remarks>Not thread-safe. Allocates nothing for a record whose key is UTF-8.</remarks>
internal sealed class RecordsWriter(ResponseWriter response, Shard shard, bool isEncrypted)
{
    /// <summary>How many records were written.</summary>
    internal int Count { get; private set; }

    /// <summary>Keys and data that were written, in bytes.</summary>
    internal long SizeBytes { get; private set; }

    /// <summary>When the last of them arrived; null if there was none.</summary>
    internal Timestamp? LastArrival { get; private set; }

    /// <summary>Writes what the reader has, up to a number of records and about a size.</summary>
    /// <remarks>The last record may exceed the size: a reader cannot give it back, and without it a record larger than
    /// the size would never be read.</remarks>
    internal void Write(ShardReader reader, int countMax, long sizeBytesMax)
    {
        Span<byte> digits = stackalloc byte[KinesisSequenceNumber.Length];
        Count = 0;
        SizeBytes = 0;
        LastArrival = null;
        while (Count < countMax && SizeBytes < sizeBytesMax && reader.TryRead(out var record))
        {
            shard.NumberOf(record.Sequence).TryFormat(digits);
            response.BeginStructure();
            response.Text(Members.SequenceNumber, digits);
            response.Time(Members.ApproximateArrivalTimestamp, record.ArrivalTime);
            response.Blob(Members.Data, record.Data);
            WriteKey(record.PartitionKey);
            if (isEncrypted)
            {
                response.Text(Members.EncryptionType, "KMS"u8);
            }

            response.EndStructure();
            Count++;
            SizeBytes += record.PartitionKey.Length + record.Data.Length;
            LastArrival = record.ArrivalTime;
        }
    }

    /// <summary>The API's own keys are UTF-8; those of other ways into a stream need not be.</summary>
    private void WriteKey(ReadOnlySpan<byte> key)
    {
        if (Utf8.IsValid(key))
        {
            response.Text(Members.PartitionKey, key);
        }
        else
        {
            response.Text(Members.PartitionKey, Encoding.UTF8.GetString(key));
        }
    }
}
