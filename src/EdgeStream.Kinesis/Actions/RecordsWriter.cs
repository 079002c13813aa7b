using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Writes records from the log's own bytes into an answer or event.</summary>
/// <remarks>Not thread-safe. Allocates nothing for a record whose key is UTF-8.</remarks>
internal sealed class RecordsWriter(ResponseWriter response, Shard shard, bool isEncrypted)
{
    private const int HeadSizeBytesMax = 256;

    private SequenceNumber _headSequence;
    private long _headMilliseconds;
    private int _headStart;
    private int _headSize;
    private SequenceNumber _headLast;
    private int _digitsStart;

    /// <summary>How many records were written.</summary>
    internal int Count { get; private set; }

    /// <summary>Keys and data that were written, in bytes.</summary>
    internal long SizeBytes { get; private set; }

    /// <summary>When the last of them arrived; null if there was none.</summary>
    internal Timestamp? LastArrival { get; private set; }

    /// <summary>The record that <see cref="Write"/> had no room for; null when there was none.</summary>
    /// <remarks>The reader has passed it.</remarks>
    internal SequenceNumber? Unwritten { get; private set; }

    /// <summary>How many bytes <see cref="Unwritten"/> takes in the answer at most.</summary>
    internal int UnwrittenSizeBytes { get; private set; }

    /// <summary>Begins another answer or event.</summary>
    internal void Begin()
    {
        Count = 0;
        SizeBytes = 0;
        LastArrival = null;
        Forget();
    }

    /// <summary>Forgets places in the buffer: it was sent.</summary>
    internal void Forget() => _headSize = 0;

    /// <summary>Writes what the reader has, up to a number of records and about a size since <see cref="Begin"/>, and
    /// up to a chunk that is to be sent.</summary>
    /// <remarks>The last record may exceed the sizes: a reader cannot give it back, and without it a record larger than
    /// the size would never be read. Only one that the output has no room for is left out.</remarks>
    /// <returns>Whether there is more to write.</returns>
    internal bool Write(ShardReader reader, AnswerOutput output, int countMax, long sizeBytesMax)
    {
        Unwritten = null;
        while (Count < countMax && SizeBytes < sizeBytesMax)
        {
            if (output.IsChunk)
            {
                return true;
            }

            if (!reader.TryRead(out var record))
            {
                return false;
            }

            // What may be more than a chunk takes room by itself.
            var size = EncodedSize(record);
            if (size > AnswerOutput.ChunkSizeBytes && !output.TryReserve(size))
            {
                Unwritten = record.Sequence;
                UnwrittenSizeBytes = size;
                return true;
            }

            WriteRecord(record);
        }

        return false;
    }

    private void WriteRecord(StreamRecord record)
    {
        WriteHead(record.Sequence, record.ArrivalTime);
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

    /// <summary>How many bytes a record takes at most: of its key's bytes each may be escaped.</summary>
    private static int EncodedSize(StreamRecord record) =>
        Base64.GetMaxEncodedToUtf8Length(record.Data.Length) + (6 * record.PartitionKey.Length) + HeadSizeBytesMax;

    /// <summary>Neighbours came within the same millisecond, mostly: then only the position's last digits
    /// differ.</summary>
    private void WriteHead(SequenceNumber sequence, Timestamp arrival)
    {
        var milliseconds = arrival.UnixMilliseconds;
        if (_headSize > 0
            && sequence == _headSequence.Next
            && sequence <= _headLast
            && milliseconds == _headMilliseconds)
        {
            _headStart = response.Repeat(_headStart, _headSize);
            KinesisSequenceNumber.MoveToNext(
                response.Patch(_headStart + _digitsStart, KinesisSequenceNumber.Length));
        }
        else
        {
            WriteNewHead(sequence, arrival);
            _headMilliseconds = milliseconds;
        }

        _headSequence = sequence;
    }

    private void WriteNewHead(SequenceNumber sequence, Timestamp arrival)
    {
        Span<byte> digits = stackalloc byte[KinesisSequenceNumber.Length];
        shard.NumberOf(sequence).TryFormat(digits);
        _headLast = shard.LastOfCutCount(sequence);
        response.BeginStructure();

        // A structure begins with one byte in either format.
        _headStart = response.SizeBytes - 1;
        response.PlainText(Members.SequenceNumber, digits);
        var quote = response.Format == WireFormat.Json ? 1 : 0;
        _digitsStart = response.SizeBytes - quote - KinesisSequenceNumber.Length - _headStart;
        response.Time(Members.ApproximateArrivalTimestamp, arrival);
        _headSize = response.SizeBytes - _headStart;
    }

    /// <summary>The API's own keys are UTF-8; those of other ways into a stream need not be. A record that was put
    /// without one has none.</summary>
    private void WriteKey(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
        {
            return;
        }

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
